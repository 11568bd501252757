"""Held before the cutover: seen by those who have the token, by nobody else, until it is promoted or aborted."""

import time

import httpx
import pytest

from benchmarks.load import KeepAlive, Plan, running, table
from benchmarks.load.plan import ORDER
from tests.engine.product.shop import HOST, Shop
from tests.waiting import wait_until

LOAD = Plan(
    (KeepAlive(count=4, rate=60), KeepAlive(count=4, rate=30, method="POST", path="/orders", body=ORDER)), seconds=120
)


@pytest.fixture
def held(shop: Shop) -> Shop:
    """A shop with a store beside the server, whose second release is held."""
    shop.web()
    shop.web("store", path="/store")
    shop.deploy()
    return shop


def previewed(shop: Shop, token: str, path: str = "/") -> str:
    """The release that answers a request with a token."""
    headers = {"Host": HOST, "X-Bluegreen-Preview": token}
    response: httpx.Response = httpx.get(f"{shop.target.url}{path}", headers=headers, timeout=10)
    assert response.status_code == 200, response.text
    release: str = response.headers["X-Release"]
    return release


def test_held_it_survives_everything_and_is_promoted_under_load(held: Shop) -> None:
    with running(held.target, LOAD) as load:
        report = held.deploy("--hold", "--tag", "v2", held.named("server"))
        token = report["held"]["token"]
        assert (report["outcome"], report["exit_status"]) == ("held", 0)
        assert (held.answered(), previewed(held, token), previewed(held, token[::-1])) == ("v1", "v2", "v1")
        assert previewed(held, token, "/store") == "v1"
        load.wait_for_answers(20)
        held.deploy("--tag", "v3", held.named("store"))
        assert (held.answered("/store"), held.answered(), previewed(held, token)) == ("v3", "v1", "v2")
        told = held.status()
        assert (told["drift"], told["unfinished"], told["held"][0]["token"]) == ([], "", token)
        reloads = len(list((held.state / "nginx/generations").iterdir()))
        assert held.run("promote", "--json").json["outcome"] == "deployed"
        load.wait_for_answers(20)
        assert len(list((held.state / "nginx/generations").iterdir())) <= reloads + 1
    assert {span.release for span in load.report.spans()} >= {"v1", "v2"}
    assert load.report.counts().lost == 0, table(load.report)
    assert (held.answered(), held.containers()) == ("v2", ["server-blue", "store-blue"])
    assert token not in held.nginx
    log = held.engine.logs(held.named("proxy")).decode()
    assert '"service"' in log
    assert token not in log


def test_held_it_survives_a_restart_of_everything(held: Shop) -> None:
    token = held.deploy("--hold", "--tag", "v2", held.named("server"))["held"]["token"]
    names = [held.named(name) for name in ("server-green", "server-blue", "store-green", "proxy")]
    for name in names:
        held.engine.stop(name, timeout=1)
    for name in reversed(names):
        held.engine.start(name)
    wait_until(lambda: held.get().status_code == 200 and previewed(held, token) == "v2", "both answer again")
    assert held.answered() == "v1"
    assert "refused" not in held.run("promote").out
    assert (held.answered(), held.containers()) == ("v2", ["server-blue", "store-green"])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_promotion_that_is_killed_at_its_cutover_is_finished_by_the_next_command(held: Shop, when: str) -> None:
    held.deploy("--hold", "--tag", "v2", held.named("server"))
    with running(held.target, LOAD) as load:
        held.dies(when, "bluegreen.proxy.nginx:Nginx.switch", "promote")
        load.wait_for_answers(10)
        assert held.answered() == ("v1" if when == "before" else "v2")
        assert (held.status()["held"], held.status()["unfinished"] != "") == ([], True)
        held.deploy("--tag", "v2", held.named("server"))
        load.wait_for_answers(10)
    assert load.report.counts().lost == 0, table(load.report)
    assert (held.answered(), held.containers(), held.status()["drift"]) == ("v2", ["server-blue", "store-green"], [])


def test_aborted_it_leaves_nothing(held: Shop) -> None:
    assert "X-Bluegreen-Preview: " in held.run("deploy", "--hold", "--tag", "v2").out
    assert "holds" in held.run("deploy", "--tag", "v3", expect=2).err
    assert "X-Bluegreen-Preview: " in held.run("status").out
    began = time.monotonic()
    held.run("abort")
    print(f"abort: {time.monotonic() - began:.2f} s")
    assert (held.answered(), held.containers()) == ("v1", ["server-green", "store-green"])
    assert "preview" not in held.nginx
    assert held.status()["held"] == []
