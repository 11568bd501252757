"""Killed by `kill -9`, at any point: traffic is served all the time, and the next command puts all in order.

One shop under one load, killed again and again; releases alternate.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from benchmarks.load import KeepAlive, Plan, Running, running, table
from benchmarks.load.plan import ORDER
from tests.engine.product.shop import Shop

LOAD = Plan(
    (
        KeepAlive(count=8, rate=80),
        KeepAlive(count=4, rate=30, method="POST", path="/orders", body=ORDER),
        KeepAlive(count=2, path="/slow?ms=300", name="300 ms"),
    ),
    seconds=300,
)


@pytest.fixture(scope="module")
def load(shared: Shop) -> Iterator[Running]:
    shared.web()
    shared.deploy()
    with running(shared.target, LOAD) as load:
        yield load


class Death(NamedTuple):
    """Where a deployment is killed, what is typed then, and whether the new release serves in the end."""

    when: str
    where: str
    then: str
    moved: bool


ACTIVATE = "bluegreen.proxy.store:Store.activate"
SWITCH = "bluegreen.proxy.nginx:Nginx.switch"
COMMIT = "bluegreen.ledger.ledger:Ledger.commit"
REMOVE = "bluegreen.engine.docker:DockerEngine.remove"
DEATHS = {
    "nginx is about to reload, deploy again": Death("after", ACTIVATE, "deploy", moved=True),
    "nginx is about to reload, abort": Death("after", ACTIVATE, "abort", moved=False),
    "before the cutover, deploy again": Death("before", SWITCH, "deploy", moved=True),
    "before the cutover, abort": Death("before", SWITCH, "abort", moved=False),
    "the cutover is not in the ledger, deploy again": Death("after", SWITCH, "deploy", moved=True),
    "in the bake, roll back": Death("after", COMMIT, "rollback", moved=False),
    "between stop and remove, deploy again": Death("before", REMOVE, "deploy", moved=True),
    "between stop and remove, roll back": Death("before", REMOVE, "rollback", moved=False),
}


@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS)
def test_killed(death: Death, shared: Shop, load: Running) -> None:
    before = shared.answered()
    new = "v3" if before == "v2" else "v2"
    shared.dies(death.when, death.where, "deploy", "--tag", new)
    load.wait_for_answers(20)
    assert shared.status()["unfinished"]
    shared.run(death.then, *(("--tag", new) if death.then == "deploy" else ()))
    assert shared.answered() == (new if death.moved else before)
    assert len(shared.containers()) == 1
    told = shared.status()
    assert (told["unfinished"], told["drift"]) == ("", [])
    load.wait_for_answers(20)
    assert load.progress().lost == 0


def test_nobody_noticed(shared: Shop, load: Running) -> None:
    del shared
    report = load.stop()
    print(table(report))
    assert report.counts().lost == 0, table(report)
