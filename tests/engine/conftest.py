"""A real engine, and for each test a project of its own, of which nothing remains.

Nothing here skips: a test that can't run has failed, and says what to type.
"""

import gc
import socket
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import docker
import pytest
from docker.errors import DockerException
from docker.utils import kwargs_from_env

from images.catalogue import IMAGES
from tests.engine.registry import Registry, running_registry
from tests.engine.stage import BLUE, Stage, settled

LABEL = "bluegreen.project"


@pytest.fixture(scope="session")
def engine() -> Iterator[docker.APIClient]:
    """The Docker engine that this machine's commands would use."""
    client = connected()
    if client is None:
        pytest.fail("no Docker engine answers; type: bin/engine start", pytrace=False)
    yield client
    client.close()


def connected() -> docker.APIClient | None:
    """The engine, if one answers."""
    with warnings.catch_warnings():
        # the SDK leaves the socket of a failed connection to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        with suppress(DockerException):
            return docker.APIClient(**kwargs_from_env(), version="auto")
        gc.collect()
    return None


@pytest.fixture(scope="session", autouse=True)
def images(engine: docker.APIClient) -> None:
    """The images of the catalogue, present."""
    missing = [image.tag for image in IMAGES if not engine.images(image.tag)]
    if missing:
        pytest.fail(f"no image {', '.join(missing)}; type: bin/images", pytrace=False)


@pytest.fixture
def project(engine: docker.APIClient) -> Iterator[str]:
    """A project's name that nobody else has; what carries its label goes with the test."""
    name = f"test-{uuid4().hex[:12]}"
    yield name
    remove_project(engine, name)


def remove_project(engine: docker.APIClient, name: str) -> None:
    """Remove every container, network and volume that carries the project's label."""
    mine = {"label": f"{LABEL}={name}"}
    for container in engine.containers(all=True, filters=mine):
        engine.remove_container(container["Id"], force=True, v=True)
    for network in engine.networks(filters=mine):
        engine.remove_network(network["Id"])
    for volume in engine.volumes(filters=mine)["Volumes"] or ():
        engine.remove_volume(volume["Name"], force=True)


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    """A function that names a port of 127.0.0.1 on which nobody listens."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port

    return find


@pytest.fixture
def state_dir(tmp_path: Path) -> Path:
    """An empty directory for a project's state, closed to others."""
    path = tmp_path / "state"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture
def stage(engine: docker.APIClient, project: str, state_dir: Path, free_port: Callable[[], int]) -> Stage:
    """A stage for one test."""
    return Stage(engine, project, state_dir, free_port())


@pytest.fixture
def serving(stage: Stage) -> Stage:
    """A stage on which blue serves."""
    stage.start(BLUE)
    stage.up(stage.proxied(settled(BLUE)))
    return stage


@pytest.fixture(scope="module")
def open_stage(
    engine: docker.APIClient, free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Stage]]:
    """A function that makes a stage for a whole file: with an nginx of this version, and settings of the proxy."""
    made = []

    def opened(nginx: str, **settings: Any) -> Stage:
        project = f"test-{uuid4().hex[:12]}"
        made.append(Stage(engine, project, tmp_path_factory.mktemp("state"), free_port(), f"nginx:{nginx}", settings))
        return made[-1]

    yield opened
    for each in made:
        remove_project(engine, each.project)


@pytest.fixture(scope="session")
def registry(engine: docker.APIClient, free_port: Callable[[], int]) -> Iterator[Registry]:
    """A registry on 127.0.0.1 that asks for a name and a password."""
    with running_registry(engine, free_port()) as running:
        yield running
