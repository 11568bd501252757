"""The main job, visible: v1 → v2 → a broken v3 that must not take over → v4 → rollback, under load, nothing lost."""

import argparse
import os
import sys
import time
from io import BytesIO
from pathlib import Path

from benchmarks.load import KeepAlive, Plan, Report, Stream, Target, WebSocket, running, table
from benchmarks.load.plan import ORDER
from examples.stage import DemoError, Stage, postgres, say, taken_down

HERE = Path(__file__).parent
PORT = os.environ.get("SHOP_HTTP_PORT", "8088")
BROKEN = "v3"
RELEASES = ("v1", "v2", BROKEN, "v4")
PLAN = Plan(
    (
        KeepAlive(count=24, rate=150, name="GET, kept alive"),
        KeepAlive(count=8, rate=50, method="POST", path="/orders", body=ORDER, name="POST, kept alive"),
        KeepAlive(count=1, path="/slow?ms=4000", name="a 4 s request"),
        WebSocket(name="a WebSocket"),
        Stream(name="an event stream"),
    ),
    seconds=150.0,
)


def main() -> int:
    """Play the demonstration; 1 when anything was lost or went another way."""
    options = arguments()
    stage = Stage("shop", HERE / "services.yaml", {"SHOP_HTTP_PORT": PORT})
    stage.take_down()
    if options.down:
        return 0
    begun = time.monotonic()
    try:
        build(stage)
        with taken_down(stage, keep=options.keep):
            report = play(stage)
    except DemoError as error:
        print(f"bin/demo: {error}", file=sys.stderr)
        return 1
    return verdict(stage, report, time.monotonic() - begun)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("bin/demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave it running")
    parser.add_argument("--down", action="store_true", help="remove what --keep left")
    return parser.parse_args()


def build(stage: Stage) -> None:
    """Build one image for each release; the broken one answers with the wrong body."""
    stage.engine.images.build(path=str(HERE), tag="shop:base", rm=True)
    for release in RELEASES:
        broken = "WRONG_BODY=1" if release == BROKEN else "WRONG_BODY="
        recipe = f"FROM shop:base\nENV RELEASE={release} {broken}\n".encode()
        stage.engine.images.build(fileobj=BytesIO(recipe), tag=f"shop:{release}", rm=True)


def play(stage: Stage) -> Report:
    """Deploy release after release under load."""
    say("A shop with a real PostgreSQL 17, and its first release")
    postgres(stage, "shop-db", "shop-network", "shop")
    stage.bluegreen("deploy", "--tag", "v1")
    with running(Target(f"http://127.0.0.1:{PORT}", host="shop.localhost"), PLAN) as load:
        load.wait_for_answers(100)
        stage.act(load, "deploy", "--tag", "v2")
        say(f"{BROKEN} answers its health check with the wrong body: it must not take over")
        stage.act(load, "deploy", "--tag", BROKEN, expect=1)
        stage.act(load, "deploy", "--tag", "v4")
        stage.act(load, "rollback")
        report = load.stop()
    stage.bluegreen("status")
    return report


def verdict(stage: Stage, report: Report, seconds: float) -> int:
    """Print what clients saw, and say whether it is good."""
    say("What the clients saw (none of them ever retries)")
    print(table(report))
    say("What it took")
    for act in stage.acts:
        cutover = f", cutover in {act.cutover * 1000:.1f} ms" if act.cutover else ""
        print(f"  {act.name:<20} status {act.status}, {act.seconds:5.1f} s{cutover}")
    seen = [span.release for span in report.spans() if span.release]
    lost = report.counts().lost
    print(f"\n{report.counts().sent} requests, {lost} lost; releases seen: {', '.join(seen)}; {seconds:.0f} s in all")
    return 1 if lost or BROKEN in seen else 0


if __name__ == "__main__":
    sys.exit(main())
