"""In the middle of a deployment somebody stops, removes or blocks a part of it: what can serve does, and is told."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from _pytest.mark import ParameterSet

from benchmarks.load import KeepAlive, Plan, Running, running, table
from tests.engine.product.shop import Shop
from tests.engine.product.test_interrupted import boots, other, serves
from tests.waiting import wait_until

LOAD = Plan((KeepAlive(count=8, rate=80), KeepAlive(count=2, path="/slow?ms=300", name="300 ms")), seconds=280)
ANSWERED = 1.0
"""Seconds from a cutover until every request of the load that went to the old one has been answered."""


@pytest.fixture(scope="module")
def made(shared: Shop) -> Shop:
    """A shop whose first release serves."""
    shared.web(stop_grace_period="3s")
    shared.deploy()
    return shared


@pytest.fixture(scope="module")
def load(made: Shop) -> Iterator[Running]:
    with running(made.target, LOAD) as load:
        yield load


def removed(shop: Shop, name: str) -> None:
    """As by `docker rm -f`."""
    shop.engine.remove_container(shop.named(name), force=True)


def stopped(shop: Shop, name: str) -> None:
    """As by `docker stop`."""
    shop.engine.stop(shop.named(name), timeout=1)


def restarted(shop: Shop, name: str) -> None:
    """As by `docker restart`."""
    shop.engine.restart(shop.named(name), timeout=5)


def serves_alone(shop: Shop) -> bool:
    """The new one serves, and what was under way to the old one at the cutover has been answered."""
    last = shop.run("history", "--limit", "1", "--json").json["deployments"][0]
    return bool(last["committed_at"]) and time.time() > last["committed_at"] + ANSWERED and boots(shop)


class Meddling(NamedTuple):
    """What happens to whom, when, and how the deployment ends."""

    act: Callable[[Shop, str], None]
    whom: str
    """`old`, `new` or `proxy`."""
    when: Callable[[Shop], bool]
    status: int
    changes: dict[str, Any]


NEXT = {"server-blue": "server-green", "server-green": "server-blue"}
SLOW, WATCHED = {"READY_DELAY": 3}, {"bake": {"for": "3s"}}
UNNOTICED = {
    "the new one is removed while it starts": Meddling(removed, "new", boots, 1, SLOW),
    "the new one is stopped while it starts": Meddling(stopped, "new", boots, 1, SLOW),
    "the old one is removed in the bake": Meddling(removed, "old", serves_alone, 0, WATCHED),
    "the old one is stopped in the bake": Meddling(stopped, "old", serves_alone, 0, WATCHED),
    "the new one is removed in the bake": Meddling(removed, "new", serves, 4, WATCHED),
    "the new one is stopped in the bake": Meddling(stopped, "new", serves, 4, WATCHED),
}
NOTICED = {
    "the one that serves is removed while the new one starts": Meddling(removed, "old", boots, 0, SLOW),
    "the one that serves is stopped while the new one starts": Meddling(stopped, "old", boots, 0, SLOW),
    "nginx is restarted while the new one starts": Meddling(restarted, "proxy", boots, 0, SLOW),
    "nginx is restarted in the bake": Meddling(restarted, "proxy", serves, 0, WATCHED),
}
EVERY_RUN = {
    "the new one is removed while it starts",
    "the old one is removed in the bake",
    "the new one is removed in the bake",
    "nginx is restarted in the bake",
}


def thinned(all_of_them: dict[str, Meddling]) -> list[ParameterSet]:
    """Some of them; `bin/test full` tries all."""
    return [
        pytest.param(each, id=name, marks=() if name in EVERY_RUN else pytest.mark.full)
        for name, each in all_of_them.items()
    ]


def meddled(shop: Shop, meddling: Meddling) -> None:
    """Deploy the release that does not serve, and meddle with it."""
    before = shop.answered()
    new = other(before)
    [old] = shop.containers(running=True)
    names = {"old": old, "new": NEXT[old], "proxy": "proxy"}
    with shop.changed():
        if meddling.changes is SLOW:
            shop.environment("server", **SLOW)
        else:
            shop.web(**meddling.changes)
        with shop.started("deploy", "--tag", new) as deploying:
            wait_until(lambda: meddling.when(shop), "the moment", 30)
            meddling.act(shop, names[meddling.whom])
            deploying.ended(meddling.status)
    wait_until(lambda: shop.get().status_code == 200, "it is answered again")
    assert shop.answered() == (before if meddling.status else new)


def goes_on(shop: Shop) -> None:
    """The next command ends in one release, and nothing is left."""
    shop.deploy("--tag", "v3")
    assert shop.answered() == "v3"
    assert len(shop.containers()) == 1
    told = shop.status()
    assert (told["unfinished"], told["drift"]) == ("", [])


@pytest.mark.parametrize("meddling", thinned(UNNOTICED))
def test_nobody_notices_that(meddling: Meddling, made: Shop, load: Running) -> None:
    meddled(made, meddling)
    load.wait_for_answers(20)
    goes_on(made)
    assert load.progress().lost == 0


def test_nothing_was_lost_so_far(load: Running) -> None:
    report = load.stop()
    assert report.counts().lost == 0, table(report)


@pytest.mark.parametrize("meddling", thinned(NOTICED))
def test_it_goes_on_though(meddling: Meddling, made: Shop) -> None:
    meddled(made, meddling)
    goes_on(made)


def test_without_nginx_nothing_moves_and_the_next_deployment_has_it_again(made: Shop) -> None:
    with made.changed():
        made.environment("server", **SLOW)
        with made.started("deploy", "--tag", other(made.answered())) as deploying:
            wait_until(lambda: boots(made), "the moment", 30)
            removed(made, "proxy")
            said = deploying.ended(1).err
    assert "the traffic did not move" in said
    assert "bluegreen proxy up" in said
    goes_on(made)


@contextmanager
def immutable(folder: Path) -> Iterator[None]:
    """Nothing below this folder can be made or renamed, not even by root."""
    subprocess.run(["chattr", "+i", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", folder], check=True)


def test_a_way_back_that_fails_stops_and_a_person_chooses(made: Shop) -> None:
    """Both colors stay; what serves is named, with the commands to choose from."""
    before = made.answered()
    with made.changed():
        made.web(bake={"for": "20s", "max_5xx": "10%", "min_requests": 10})
        made.environment("server", FAIL_AFTER_REQUESTS=20)
        with made.started("deploy", "--tag", other(before)) as deploying:
            wait_until(lambda: serves(made), "it serves", 30)
            with immutable(made.state / "nginx/slots"), running(made.target, LOAD):
                said = deploying.ended(5).err
    assert len(made.containers(running=True)) == 2
    assert "the new release still serves" in said
    assert "cannot write" in said
    for verb in ("status", "deploy", "rollback"):
        assert f"bluegreen {verb}" in said
    made.run("rollback")
    assert made.answered() == before
    goes_on(made)
