"""The shop's image: its roles with a real PostgreSQL, its HEALTHCHECK, its faults that need a container."""

import json
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docker
import pytest

from benchmarks.load import KeepAlive, Plan, Target, running
from tests.engine.conftest import LABEL
from tests.waiting import wait_until

SHOP = Path(__file__).parents[2] / "examples/shop"
ORDERS = KeepAlive(count=8, rate=400, method="POST", path="/orders", body='{"id": "{id}"}')


@pytest.fixture(scope="module")
def image(engine: docker.APIClient) -> Iterator[str]:
    name = "bluegreen-shop:under-test"
    list(engine.build(path=str(SHOP), tag=name, rm=True, buildargs={"RELEASE": "v1"}))
    yield name
    engine.remove_image(name, force=True)


class Containers:
    """Containers of one test, on a network of their own."""

    def __init__(self, engine: docker.APIClient, project: str, image: str) -> None:
        self.engine = engine
        self._project = project
        self._image = image
        engine.create_network(project, labels={LABEL: project})

    @property
    def database(self) -> str:
        """How to reach the container called database."""
        return f"postgresql://postgres:secret@{self._project}-database/postgres"

    def start(self, name: str, *command: str, image: str = "", memory: str | None = None, **variables: str) -> str:
        """Start a container; its id."""
        made: str = self.engine.create_container(
            image or self._image,
            list(command) or None,
            name=f"{self._project}-{name}",
            environment=variables,
            labels={LABEL: self._project},
            host_config=self.engine.create_host_config(network_mode=self._project, mem_limit=memory),
        )["Id"]
        self.engine.start(made)
        return made

    def address(self, container: str) -> str:
        """Its address."""
        networks = self.engine.inspect_container(container)["NetworkSettings"]["Networks"]
        return str(networks[self._project]["IPAddress"])

    def state(self, container: str) -> Mapping[str, Any]:
        """What the engine says of it."""
        state: Mapping[str, Any] = self.engine.inspect_container(container)["State"]
        return state

    def said(self, container: str, text: str) -> bool:
        """Whether it has printed something."""
        return text.encode() in self.engine.logs(container)

    def migrate(self) -> bool:
        """Whether the database could be migrated."""
        once = self.start("migrate", "migrate", DATABASE_URL=self.database)
        status = self.engine.wait(once)["StatusCode"]
        self.engine.remove_container(once)
        return bool(status == 0)


@pytest.fixture
def containers(engine: docker.APIClient, project: str, image: str) -> Containers:
    return Containers(engine, project, image)


@pytest.fixture
def database(containers: Containers) -> str:
    """The URL of a PostgreSQL that has the shop's tables."""
    containers.start("database", image="postgres:17", POSTGRES_PASSWORD="secret")
    wait_until(containers.migrate, "the database is migrated", 30)
    return containers.database


def test_orders_are_kept_and_handled_once_while_workers_change(containers: Containers, database: str) -> None:
    server = containers.start("server", DATABASE_URL=database)
    old = containers.start("old", "worker", DATABASE_URL=database, JOB_SECONDS="1")
    target = Target(f"http://{containers.address(server)}:3000")
    with running(target, Plan((ORDERS,), seconds=30)) as load:
        load.wait_for_answers(200)
        wait_until(lambda: containers.said(old, "v1 begins"), "the old worker is in a job")
        new = containers.start("new", "worker", DATABASE_URL=database, RELEASE="v2", JOB_SECONDS="0.1")
        containers.engine.stop(old, timeout=10)
    assert containers.state(old)["ExitCode"] == 0
    assert load.report.counts().lost == 0
    expected = {"orders": load.report.counts().answered, "duplicates": 0, "new": 0, "running": 0, "handled_twice": 0}
    wait_until(lambda: counts(target) == expected, f"every order is handled once; at last {counts(target)}")
    assert containers.said(new, "v2 finished")


def counts(target: Target) -> Any:
    with urllib.request.urlopen(f"{target.url}/orders/count", timeout=5) as answer:
        return json.load(answer)


def test_the_healthcheck_follows_each_role(containers: Containers) -> None:
    def health(container: str) -> str:
        return str(containers.state(container)["Health"]["Status"])

    roles = [containers.start(role, role) for role in ("server", "worker")]
    wait_until(lambda: {health(each) for each in roles} == {"healthy"}, "both are healthy")


def test_it_can_run_out_of_memory(containers: Containers) -> None:
    greedy = containers.start("greedy", memory="64m", OOM_AFTER_SECONDS="0")
    assert containers.engine.wait(greedy, timeout=20)["StatusCode"] == 137
    assert containers.state(greedy)["OOMKilled"] is True
