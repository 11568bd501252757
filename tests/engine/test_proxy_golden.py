"""The kept configurations, read by the nginx that each is for."""

import shutil
from pathlib import Path

import docker
import pytest

from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.routing import Proxied
from bluegreen.proxy.container import Identity, one_off_spec
from bluegreen.proxy.layout import MOUNT
from bluegreen.proxy.render import render
from tests.engine.stage import TLS
from tests.unit.proxy.routings import ABILITIES, GOLDEN, ROUTINGS, route, routing, settled


@pytest.fixture
def refused(engine: docker.APIClient, project: str, state_dir: Path) -> "Refused":
    DockerMachine(engine, project).create_network(project)
    return Refused(DockerEngine(engine, project, project), project, state_dir)


class Refused:
    """What an nginx of some version has against a text."""

    def __init__(self, engine: DockerEngine, project: str, state: Path) -> None:
        self._engine = engine
        self._project = project
        self._state = state

    def __call__(self, version: str, text: str) -> list[str]:
        """Return its warnings and errors."""
        folder = self._state / "nginx"
        (folder / "tls").mkdir(parents=True)
        (folder / "nginx.conf").write_text(text)
        for number in (0, 1):
            shutil.copy(TLS / "shop.crt", folder / f"tls/{number}.crt")
            shutil.copy(TLS / "shop.key", folder / f"tls/{number}.key")
        identity = Identity(self._project, f"{self._project}-proxy", self._project, f"nginx:{version}", self._state)
        lines: list[str] = []
        status = self._engine.run(one_off_spec(identity, ("-t", "-c", f"{MOUNT}/nginx.conf")), 30, lines.append)
        return [line for line in lines if "[" in line] if lines else [f"status {status}"]


@pytest.mark.parametrize("name", ROUTINGS)
def test_nginx_accepts_what_is_kept_for_it_without_a_warning(refused: Refused, name: str) -> None:
    version = name.rpartition("-")[2]
    assert refused(version, (GOLDEN / f"{name}.conf").read_text()) == []


@pytest.mark.parametrize("version", ABILITIES)
def test_nginx_accepts_the_largest_that_is_allowed(refused: Refused, version: str) -> None:
    """Names, hosts and paths as long as they can be, 64 replicas, 100 services."""
    name, label = "x" * 47, "h" * 61
    replicas = tuple(f"10.0.{number}.7:3000" for number in range(64))
    services = (
        Proxied(
            f"{name}{number:03}",
            3000 + number,
            tuple(route(f"{label}.{label}.{label}.h{number:03}", f"/{'p' * 500}{n}", strip=bool(n)) for n in (0, 1)),
            settled(*replicas),
        )
        for number in range(100)
    )
    trusted = [f"10.{number}.0.0/16" for number in range(100)]
    assert refused(version, render(routing(*services, version=version, trust_proxy=trusted), 1)) == []
