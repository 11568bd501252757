"""What the doctor finds on a real engine, and mends under traffic without losing a request."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.load import KeepAlive, Plan, running, table
from benchmarks.load.plan import ORDER
from tests.engine.product.shop import Shop

LOAD = Plan((KeepAlive(count=6, rate=60), KeepAlive(count=2, rate=15, method="POST", path="/orders", body=ORDER)))
MACHINE = {"live-restore", "disk", "old-nginx"}
"""What the machine that runs the tests may be blamed for."""
SWITCH = "bluegreen.proxy.nginx:Nginx.switch"


def found(shop: Shop, *, sound: bool = True) -> dict[str, dict[str, Any]]:
    """What the doctor finds, by id."""
    told = shop.run("doctor", "--json", expect=0 if sound else 5).json
    return {finding["id"]: finding for finding in told["findings"] if finding["id"] not in MACHINE}


def mended(shop: Shop) -> list[str]:
    """Mend; return what was done. Nothing may be left."""
    done = shop.run("doctor", "--fix", "--yes", "--json").json["mended"]
    assert found(shop) == {}
    return list(done)


@contextmanager
def unnoticed(shop: Shop) -> Iterator[None]:
    """Nothing is lost of the traffic over the block."""
    with running(shop.target, LOAD) as load:
        load.wait_for_answers(20)
        yield
        load.wait_for_answers(20)
        report = load.stop()
    assert report.counts().lost == 0, table(report)


def lose_ledger(shop: Shop) -> None:
    for path in shop.state.glob("ledger.sqlite3*"):
        path.unlink()


def test_a_sound_project_has_nothing_to_mend(unmoved: Shop) -> None:
    assert found(unmoved) == {}


def test_a_lost_ledger_stops_nobody_and_is_rebuilt(shop: Shop) -> None:
    shop.web()
    shop.worker()
    shop.deploy()
    first = shop.status()["services"][0]["release"]
    with unnoticed(shop):
        lose_ledger(shop)
        assert [service["image"] for service in shop.status()["services"]] == ["bluegreen-shop:v1"] * 2
        assert shop.deploy("--tag", "v2")["outcome"] == "deployed"
        lose_ledger(shop)
        assert set(found(shop)) == {"ledger-lost"}
        assert mended(shop) == ["rebuild the ledger from the containers' labels, nginx and the releases on disk"]
        assert [row["happened"] for row in shop.deploy("--tag", "v2")["services"]] == ["skipped", "skipped"]
        shop.run("rollback", "--to", first)
    assert shop.answered() == "v1"
    assert shop.status()["drift"] == []
    assert "doctor" in shop.run("audit").out


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def corrupt(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1024] + b"\xa5" * (path.stat().st_size - 1024))


def make_newer(path: Path) -> None:
    with sqlite3.connect(path) as ledger:
        ledger.execute("PRAGMA user_version = 99")
    ledger.close()


@pytest.mark.parametrize(
    ("harm", "finding", "said"),
    [
        (truncate, "ledger-damaged", "is damaged"),
        (corrupt, "ledger-damaged", "is damaged"),
        (make_newer, "ledger-newer", "has version 99"),
    ],
)
def test_a_ledger_that_cannot_be_used_is_kept_aside(
    harm: Callable[[Path], None], finding: str, said: str, shop: Shop
) -> None:
    shop.web()
    shop.deploy()
    ledger = shop.state / "ledger.sqlite3"
    with unnoticed(shop):
        harm(ledger)
        harmed = ledger.read_bytes()
        refused = shop.run("deploy", "--tag", "v2", expect=5)
        assert said in refused.err
        assert "bluegreen doctor --fix" in refused.err
        assert "What serves now:" in refused.err
        assert "bluegreen-shop:v1" in refused.err
        assert "bluegreen-shop:v1" in shop.run("status", expect=5).err
        assert set(found(shop, sound=False)) == {finding}
        mended(shop)
        (kept,) = shop.state.glob("ledger.sqlite3.kept-*Z")
        assert kept.read_bytes() == harmed
        assert shop.deploy("--tag", "v2")["services"][0]["why"].startswith("image ")
    assert shop.answered() == "v2"


def test_a_proxy_that_was_removed_is_made_again(unmoved: Shop) -> None:
    unmoved.engine.remove_container(unmoved.named("proxy"), force=True)
    assert set(found(unmoved, sound=False)) == {"proxy-missing"}
    mended(unmoved)


def test_a_color_that_was_stopped_is_started_again(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    before = shop.inspect("server-green")["Id"]
    shop.engine.stop(before, timeout=5)
    down = found(shop, sound=False)["down"]
    assert down["subject"] == shop.named("server-green")
    assert "exited with status 0" in down["seen"]
    mended(shop)
    assert shop.answered() == "v1"
    assert shop.inspect("server-green")["Id"] == before


def test_a_color_that_was_removed_is_made_again(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    shop.engine.remove_container(shop.named("server-green"), force=True)
    assert "missing" in found(shop, sound=False)
    mended(shop)
    assert shop.answered() == "v1"


def test_an_orphan_is_removed(unmoved: Shop) -> None:
    unmoved.worker()
    unmoved.deploy()
    del unmoved.services[unmoved.named("worker")]
    with unnoticed(unmoved):
        assert found(unmoved)["orphan"]["subject"] == unmoved.named("worker-green")
        assert mended(unmoved) == [f"stop and remove {unmoved.named('worker-green')}"]


def test_a_color_beside_the_live_one_is_removed(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    with unnoticed(shop):
        shop.dies("before", SWITCH, "deploy", "--tag", "v2")
        lose_ledger(shop)
        assert set(found(shop)) == {"beside", "ledger-lost"}
        mended(shop)
    assert shop.containers() == ["server-green"]


def test_a_deployment_that_was_left_is_finished(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    with unnoticed(shop):
        shop.dies("before", SWITCH, "deploy", "--tag", "v2")
        assert set(found(shop)) == {"unfinished"}
        mended(shop)
    assert shop.answered() == "v2"
    assert shop.containers() == ["server-blue"]


def test_flags_that_were_moved_do_not_have_what_serves_removed(unmoved: Shop) -> None:
    (unmoved.state / "nginx/live").unlink()
    assert "color-drift" in found(unmoved)
    unmoved.run("doctor", "--fix", "--yes")
    assert unmoved.answered() == "v1"
    unmoved.deploy()
    assert found(unmoved) == {}


def test_modes_that_were_opened_are_closed(unmoved: Shop) -> None:
    (unmoved.state / "capabilities.json").chmod(0o644)
    (unmoved.state / "nginx/generations").chmod(0o700)
    told = unmoved.run("doctor", "--json", expect=5).json["findings"]
    assert {f["subject"].removeprefix(str(unmoved.state)) for f in told if f["id"] == "mode"} == {
        "/capabilities.json",
        "/nginx/generations",
    }
    assert len(mended(unmoved)) == 2


def test_a_worker_that_had_to_be_killed_is_told_of(shop: Shop) -> None:
    shop.worker(command=["3600"], entrypoint=["sleep"], stop_grace_period="1s", health={})
    shop.deploy()
    shop.deploy("--force")
    assert "(1 s) and were killed" in found(shop)["grace"]["seen"]
    shop.worker(stop_grace_period="5s")
    assert "grace" not in found(shop)
