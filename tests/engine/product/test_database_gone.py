"""The database stops in mid-deployment: whatever served goes on, and once it is back the next command settles all."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from benchmarks.load import KeepAlive, Plan, Running, running, table
from tests.engine.product import postgres
from tests.engine.product.shop import Shop
from tests.waiting import wait_until

LOAD = Plan(
    (
        KeepAlive(count=8, rate=80),
        KeepAlive(count=4, rate=30, method="POST", path="/upload", body="what needs no database"),
        KeepAlive(count=2, path="/slow?ms=300", name="300 ms"),
    ),
    seconds=200,
)
NEEDY = {"http": {"path": "/orders/count", "expect_body": "orders"}, "deadline": "4s", "interval": "100ms"}


@pytest.fixture(scope="module")
def load(shared: Shop) -> Iterator[Running]:
    """A server whose health is its database's, and a worker, under requests that can do without."""
    postgres.started(shared)
    shared.services[shared.named("db")] = dict(postgres.DATABASE)
    reach = {"DATABASE_URL": postgres.url(shared)}
    shared.web(environment=reach, release_command={"command": ["migrate"]}, health=NEEDY)
    shared.worker(environment=dict(reach))
    shared.deploy()
    with running(shared.target, LOAD) as load:
        yield load


def boots(shop: Shop) -> bool:
    return {"server-blue", "server-green"} <= {*shop.containers(running=True)}


def bakes(shop: Shop) -> bool:
    (newest,) = shop.run("history", "--limit", "1", "--json").json["deployments"]
    return newest["ended_at"] is None and any(step["step"] == "bake" for step in newest["steps"])


class Moment(NamedTuple):
    """When the database stops, and how the deployment ends."""

    comes: Callable[[Shop], bool]
    status: int
    said: str
    variables: Mapping[str, Any] = {}


MOMENTS = {
    "while the new color boots": Moment(boots, 1, "is not healthy after 4 s: ", {"READY_DELAY": 2}),
    "in the bake": Moment(bakes, 4, "went back: .*(turned unhealthy: |exited with status 1)"),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_it_stops(moment: Moment, shared: Shop, load: Running) -> None:
    before = shared.answered()
    with shared.changed():
        shared.environment("server", **moment.variables)
        with shared.started("deploy", "--tag", "v2", "--bake", "40s") as deploying:
            wait_until(lambda: moment.comes(shared), "the moment", 30)
            shared.engine.stop(shared.named("db"), timeout=5)
            told = deploying.ended(moment.status).err
    assert re.search(moment.said, told), told
    serving = told.partition("What serves now:")[2]
    assert f"bluegreen-shop:{before}" in serving, told
    assert "bluegreen-shop:v2" not in serving, told
    load.wait_for_answers(50)
    assert (shared.answered(), load.progress().lost) == (before, 0)
    postgres.again(shared)
    then = "v3" if before != "v3" else "v1"
    shared.deploy("--tag", then)
    assert shared.answered() == then
    assert len(shared.containers()) == 2
    status = shared.status()
    assert (status["unfinished"], status["drift"]) == ("", [])


def test_nobody_noticed(load: Running) -> None:
    report = load.stop()
    print(table(report))
    assert report.counts().lost == 0, table(report)
