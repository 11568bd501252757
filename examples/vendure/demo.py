"""Real Vendure: release 1 → 2 → a 3 whose migration fails → back, while visitors order and pay; nothing lost."""

import argparse
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from docker.errors import NotFound

from benchmarks.load import Report, table
from examples.stage import DemoError, Stage, postgres, say, taken_down
from examples.vendure import build, consistency
from examples.vendure.load import visitors

HERE = Path(__file__).parent
PORT = os.environ.get("VENDURE_HTTP_PORT", "8089")
DATABASE = "vendure-db"
NETWORK = "vendure-network"
ASSETS = "vendure-assets"
BROKEN = "3"


def main() -> int:
    """Play the demonstration; 1 when anything was lost, is not in the database, or went another way."""
    options = arguments()
    stage = Stage("vendure", HERE / "services.yaml", {"VENDURE_HTTP_PORT": PORT, "BLUEGREEN_ENV": "local"})
    clear(stage)
    if options.down:
        return 0
    begun = time.monotonic()
    if build.main():
        return 1
    try:
        with taken_down(stage, keep=options.keep):
            report, consistent = play(stage)
    except DemoError as error:
        print(f"bin/demo vendure: {error}", file=sys.stderr)
        return 1
    finally:
        if not options.keep:
            clear(stage)
    return verdict(stage, report, time.monotonic() - begun, consistent=consistent)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("bin/demo vendure", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave it running")
    parser.add_argument("--down", action="store_true", help="remove what --keep left")
    return parser.parse_args()


def clear(stage: Stage) -> None:
    """Remove what a run leaves."""
    stage.take_down()
    with suppress(NotFound):
        stage.engine.volumes.get(ASSETS).remove()


def play(stage: Stage) -> tuple[Report, bool]:
    """Deploy release after release while visitors order; say whether the database agrees with what they were told."""
    say("PostgreSQL 17, a shop with ten products, and its first release")
    postgres(stage, DATABASE, NETWORK, "vendure")
    fill()
    stage.bluegreen("deploy", "--tag", "1")
    orders = stage.folder / "orders.jsonl"
    with visitors(f"http://127.0.0.1:{PORT}", orders) as load:
        load.wait_for_answers(100, within=30)
        stage.act(load, "deploy", "--tag", "2")
        say(f"Release {BROKEN} has a migration that fails: it must not take over")
        stage.act(load, "deploy", "vendure-server", "vendure-worker", "--tag", BROKEN, expect=1)
        stage.act(load, "rollback")
        report = load.stop()
    stage.bluegreen("status")
    say("What the database holds")
    return report, consistency.main(["--orders", str(orders)]) == 0


def fill() -> None:
    """Give the empty database its tables and products, in the first release's image. Raises DemoError."""
    settings = ["--network", NETWORK, "--env-file", str(HERE / ".env.server.example"), "-v", f"{ASSETS}:/assets"]
    for script in ("migrate", "populate"):
        command = ["docker", "run", "--rm", *settings, "vendure-server:1", "node", f"src/{script}.js"]
        if subprocess.run(command, check=False).returncode:
            raise DemoError(f"{script} failed")


def verdict(stage: Stage, report: Report, seconds: float, *, consistent: bool) -> int:
    """Print what visitors saw, and say whether it is good."""
    say("What the visitors saw (none of them ever retries)")
    print(table(report))
    say("What it took")
    for act in stage.acts:
        cutover = f", cutover in {act.cutover * 1000:.1f} ms" if act.cutover and not act.status else ""
        print(f"  {act.name:<45} status {act.status}, {act.seconds:5.1f} s{cutover}")
    seen = [span.release for span in report.spans() if span.release]
    lost = report.counts().lost
    print(f"\n{report.counts().sent} requests, {lost} lost; releases seen: {', '.join(seen)}; {seconds:.0f} s in all")
    return 1 if lost or not consistent or BROKEN in seen else 0


if __name__ == "__main__":
    sys.exit(main())
