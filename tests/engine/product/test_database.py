"""A server and a worker with a real PostgreSQL, which is verified and never touched."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from benchmarks.load import KeepAlive, Plan, running, table
from benchmarks.load.plan import ORDER
from tests.engine.product import postgres
from tests.engine.product.postgres import DATABASE
from tests.engine.product.shop import HOST, Shop
from tests.waiting import wait_until

ORDERS = Plan((KeepAlive(count=8, rate=150, method="POST", path="/orders", body=ORDER),), seconds=60)


@pytest.fixture(scope="module")
def working(shared: Shop) -> Shop:
    """A shop of all three kinds whose first release works."""
    postgres.started(shared)
    url = postgres.url(shared)
    shared.services[shared.named("db")] = dict(DATABASE)
    shared.web(
        environment={"DATABASE_URL": url}, release_command={"command": ["migrate"]}, depends_on=[shared.named("db")]
    )
    shared.worker(environment={"DATABASE_URL": url, "JOB_SECONDS": "0.5"})
    report = shared.deploy()
    assert any("PostgreSQL 17" in note for note in report["notes"])
    return shared


@pytest.mark.parametrize(
    ("strategy", "tag", "order"),
    [("overlap", "v2", ["start", "die"]), ("stop-first", "v3", ["die", "start"])],
)
def test_workers_change_and_every_order_is_handled_once(
    strategy: str, tag: str, order: list[str], working: Shop
) -> None:
    working.worker(strategy=strategy)
    with running(working.target, ORDERS) as load:
        load.wait_for_answers(100)
        since = time.time()
        working.deploy("--tag", tag)
        until = time.time()
        load.wait_for_answers(100)
    assert load.report.counts().lost == 0, table(load.report)
    assert happened(working, since, until) == order
    wait_until(lambda: all_handled(working), f"every order is handled; at last {orders(working)}")
    assert (orders(working)["duplicates"], orders(working)["handled_twice"]) == (0, 0)
    assert len(working.containers()) == 2


def happened(shop: Shop, since: Any, until: Any) -> list[str]:
    """What befell workers, in order."""
    wanted = {"label": f"bluegreen.service={shop.named('worker')}", "event": ["start", "die"]}
    return [event["Action"] for event in shop.engine.events(since, until, wanted, decode=True)]


def orders(shop: Shop) -> Any:
    return httpx.get(f"{shop.target.url}/orders/count", headers={"Host": HOST}).json()


def all_handled(shop: Shop) -> bool:
    now = orders(shop)
    return bool((now["new"], now["running"]) == (0, 0))


class TestPreflight:
    """Whatever is wrong with the database, nothing else is touched."""

    @pytest.fixture(autouse=True)
    def untouched(self, working: Shop) -> Iterator[None]:
        before = working.engine.containers(filters={"label": f"bluegreen.project={working.project}"})
        with working.changed():
            yield
        after = working.engine.containers(filters={"label": f"bluegreen.project={working.project}"})
        assert [each["Id"] for each in after] == [each["Id"] for each in before]

    def test_another_major_version_than_declared(self, working: Shop) -> None:
        working.services[working.named("db")] = {**DATABASE, "version": 16}
        told = working.run("deploy", "--tag", "v1", expect=1).err
        assert "is PostgreSQL 17" in told
        assert "services.yaml says version 16" in told

    def test_a_database_that_is_stopped(self, working: Shop) -> None:
        working.engine.stop(working.named("db"))
        told = working.run("deploy", "--tag", "v1", expect=1).err
        postgres.again(working)
        assert f"{working.named('db')} is not running" in told

    def test_a_database_that_is_absent(self, working: Shop) -> None:
        working.engine.rename(working.named("db"), working.named("elsewhere"))
        told = working.run("deploy", "--tag", "v1", expect=1).err
        working.engine.rename(working.named("elsewhere"), working.named("db"))
        assert f"there is no container {working.named('db')}" in told
