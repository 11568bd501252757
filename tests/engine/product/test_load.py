"""Under load, nothing is lost: clients that never retry count every request."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import httpx
import pytest

from benchmarks.load import Fresh, KeepAlive, Plan, Preconnected, Report, Stream, Upload, WebSocket, running, table
from benchmarks.load.plan import ORDER
from bluegreen.deploy.opening import open_workspace
from bluegreen.model.color import Color
from tests.engine.product.shop import HOST, Shop

CUTOVERS = 20
LEAST = 50_000
SWITCHES = 200
PAUSE = 0.06
EVERYTHING = (
    KeepAlive(count=24, rate=400),
    KeepAlive(count=8, rate=100, method="POST", path="/orders", body=ORDER),
    Fresh(count=4, rate=80),
    Fresh(count=2, rate=30, method="POST", path="/orders", body=ORDER),
    Preconnected(count=4),
    KeepAlive(count=4, path="/slow?ms=300", name="300 ms"),
    Upload(count=2),
    Stream(count=2),
    WebSocket(count=2),
)


def test_twenty_cutovers_lose_nothing(shop: Shop) -> None:
    """GET and POST on kept and fresh connections, 300 ms requests, slow uploads, streams and WebSockets."""
    shop.web(drain_timeout="2s")
    shop.deploy()
    with running(shop.target, Plan(EVERYTHING, seconds=280)) as load:
        for number in range(CUTOVERS):
            report = shop.deploy("--tag", f"v{number % 2 + 2}")
        load.wait_for_answers(max(1, LEAST - load.progress().answered), within=120)
    (drain,) = (step["detail"] for step in report["steps"] if step["step"] == "drain")
    assert "connection" in drain, "streams and WebSockets are still open when the time to drain is over"
    counts = load.report.counts()
    print(table(load.report))
    assert counts.lost == 0, table(load.report)
    assert counts.sent >= LEAST
    assert not any(side.duplicates for side in load.report.side.values()), "an order was sent twice"


def test_two_hundred_switches_back_and_forth_lose_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.web()
    shop.deploy()
    shop.dies("after", "bluegreen.ledger.ledger:Ledger.commit", "deploy", "--tag", "v2")
    for key, value in shop.surroundings().items():
        monkeypatch.setenv(key, value)
    workspace = open_workspace(shop.file, None, "test")
    name = shop.named("server")
    with running(shop.target, Plan(EVERYTHING, seconds=120)) as load:
        load.wait_for_answers(100)
        for number in range(SWITCHES):
            workspace.proxy.switch({name: (Color.GREEN, Color.BLUE)[number % 2]})
            time.sleep(PAUSE)
        load.wait_for_answers(100)
    workspace.ledger.close()
    print(table(load.report))
    assert load.report.counts().lost == 0, table(load.report)
    assert all(span.answers > load.report.counts().sent / 4 for span in load.report.spans())
    shop.deploy("--tag", "v2")
    assert shop.containers() == ["server-blue"]


@dataclass(frozen=True)
class Moved:
    """One cutover under the eyes of several."""

    report: Report
    """What clients saw."""
    seen: list[str]
    """Releases that answered one who asked all the time, in turn from outside and from inside the network."""
    steps: dict[str, Any]
    """What the deployment says of its steps."""


@pytest.fixture(scope="module")
def moved(shared: Shop) -> Moved:
    """A storefront that calls a server by its canonical name, and a new release of the server."""
    server = shared.named("server")
    # an idle connection may hold an old nginx worker for keepalive_min_timeout, 10 s, after its last request
    shared.web(drain_timeout="60s")
    shared.web(
        "store", path="/store", command=["storefront"], environment={"SERVER_URL": f"http://{server}:3000"},
        depends_on=[server],
    )  # fmt: skip
    shared.deploy()
    groups = (
        KeepAlive(count=8, rate=200),
        KeepAlive(count=8, rate=100, path="/store", name="storefront"),
        KeepAlive(count=16, rate=5, path="/slow?ms=3000", name="3 s"),
    )
    with running(shared.target, Plan(groups, seconds=120)) as load, watching(shared) as seen:
        load.wait_for_answers(100)
        report = shared.deploy("--tag", "v2", server)
        load.wait_for_answers(100)
    print(table(load.report))
    return Moved(load.report, seen, {step["step"]: step for step in report["steps"]})


@contextmanager
def watching(shop: Shop) -> Iterator[list[str]]:
    """Ask who serves, over new connections, through the published port and by the canonical name in turn."""
    inside = shop.inspect("proxy")["NetworkSettings"]["Networks"][shop.project]["IPAddress"]
    ways = cycle(((shop.target.url, HOST), (f"http://{inside}:3000", shop.named("server"))))
    seen: list[str] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.002):
            url, host = next(ways)
            seen.append(httpx.get(url, headers={"Host": host}).headers["X-Release"])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def test_one_rename_moves_public_and_internal_traffic(moved: Moved) -> None:
    """From the first answer of the new release on, nobody who connects gets another, wherever he is."""
    turn = moved.seen.index("v2")
    assert set(moved.seen[:turn]) == {"v1"}
    assert set(moved.seen[turn:]) == {"v2"}
    assert min(turn, len(moved.seen) - turn) > 10


def test_a_storefront_that_calls_by_the_canonical_name_loses_nothing(moved: Moved) -> None:
    assert moved.report.counts("storefront").lost == 0, table(moved.report)


def test_long_requests_are_waited_for(moved: Moved) -> None:
    """Those that old nginx workers hold when the traffic moves, too."""
    counts = moved.report.counts("3 s")
    assert (counts.lost, counts.sent > 8) == (0, True), table(moved.report)
    assert moved.steps["drain"]["seconds"] > 1, "they begin at all times: some were young at the cutover"
    assert moved.steps["drain"]["detail"] == ""


def test_the_gap_at_a_cutover_is_no_gap(moved: Moved) -> None:
    """Clients that ask every few milliseconds notice nothing."""
    assert moved.report.counts().lost == 0, table(moved.report)
    assert moved.report.longest_gap().seconds < 1
