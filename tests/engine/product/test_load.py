"""Under load, nothing is lost: clients that never retry count every request."""

import time

from benchmarks.load import Fresh, Gap, KeepAlive, Plan, Stream, Upload, WebSocket, running, table
from benchmarks.load.plan import ORDER
from tests.engine.product.shop import Shop

CUTOVERS = 20
LEAST = 50_000
EVERYTHING = (
    KeepAlive(count=24, rate=500),
    KeepAlive(count=8, rate=120, method="POST", path="/orders", body=ORDER),
    Fresh(count=4, rate=100),
    Fresh(count=2, rate=30, method="POST", path="/orders", body=ORDER),
    KeepAlive(count=4, path="/slow?ms=300", name="300 ms"),
    Upload(count=2),
    Stream(count=2),
    WebSocket(count=2),
)


def test_twenty_cutovers_lose_nothing(shop: Shop) -> None:
    """GET and POST on kept and fresh connections, 300 ms requests, slow uploads, streams and WebSockets."""
    shop.web(drain_timeout="4s")
    shop.deploy()
    with running(shop.target, Plan(EVERYTHING, seconds=600)) as load:
        for number in range(CUTOVERS):
            load.mark("deploy")
            shop.deploy("--tag", f"v{number % 2 + 2}")
        load.wait_for_answers(max(1, LEAST - load.progress().answered), within=240)
    counts = load.report.counts()
    print(table(load.report))
    assert counts.lost == 0, table(load.report)
    assert counts.sent >= LEAST


def test_internal_traffic_moves_with_the_public_traffic(shop: Shop) -> None:
    """A storefront that calls the server by its canonical name sees the new release from the same instant."""
    shop.web()
    server = shop.named("server")
    shop.web(
        "store", path="/store", command=["storefront"], environment={"SERVER_URL": f"http://{server}:3000"},
        depends_on={server: {}},
    )  # fmt: skip
    shop.deploy()
    plan = Plan(
        (KeepAlive(count=8, rate=200, path="/store", name="storefront"), KeepAlive(count=8, rate=200)), seconds=60
    )
    with running(shop.target, plan) as load:
        load.wait_for_answers(200)
        shop.deploy("--tag", "v2", server)
        load.wait_for_answers(200)
    assert load.report.counts().lost == 0, table(load.report)


def test_a_long_request_a_stream_and_a_websocket_outlive_a_cutover(shop: Shop) -> None:
    shop.web(drain_timeout="30s")
    shop.deploy()
    groups = (KeepAlive(count=2, path="/slow?ms=6000", name="6 s"), KeepAlive(rate=50))
    with running(shop.target, Plan(groups, seconds=60)) as load:
        load.wait_for_answers(50)
        shop.deploy("--tag", "v2")
        load.wait_for_answers(50)
    counts = load.report.counts("6 s")
    assert (counts.lost, counts.sent > 2) == (0, True), table(load.report)


def test_the_gap_at_a_cutover_is_no_gap(shop: Shop) -> None:
    """Clients that ask every few milliseconds notice nothing when the traffic moves."""
    shop.web(drain_timeout="4s")
    shop.deploy()
    with running(shop.target, Plan((KeepAlive(count=16, rate=400),), seconds=60)) as load:
        load.wait_for_answers(200)
        begun = time.monotonic()
        shop.deploy("--tag", "v2")
        load.wait_for_answers(200)
    gap: Gap = load.report.longest_gap()
    assert load.report.counts().lost == 0
    assert gap.seconds < 0.5, f"{gap} within {time.monotonic() - begun:.1f} s"
