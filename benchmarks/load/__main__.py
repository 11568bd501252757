"""Run a load from the command line, until its bounds, SIGINT or SIGTERM."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence

from benchmarks.load.load import Load
from benchmarks.load.plan import Plan, Target
from benchmarks.load.report import Report
from benchmarks.load.table import table

TICK = 0.1
EXAMPLE = """examples:
  python -m benchmarks.load --url http://127.0.0.1:8080 --host shop.example
  python -m benchmarks.load --url http://127.0.0.1:8080 --json \\
    --plan '{"seconds": 10, "groups": [{"kind": "keep-alive", "count": 32, "rate": 400}]}'
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print what came of it; 1 if a request was lost."""
    options = _options(arguments)
    plan = Plan.from_json(json.loads(options.plan)) if options.plan else Plan.mixed()
    report = asyncio.run(_run(Target(options.url, options.host), plan, as_json=options.json))
    if options.json:
        _say("report", report.to_json())
    else:
        print(table(report))
    return int(report.counts().lost > 0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.load",
        description="A load client that never retries and counts exactly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--url", required=True, help="where to connect to: http://address:port")
    parser.add_argument("--host", default="", help="the Host header; by default the URL's")
    parser.add_argument("--plan", default="", help="who asks what, as JSON; by default every kind of client")
    parser.add_argument("--json", action="store_true", help="a line of progress every 0.1 s, then the whole report")
    return parser.parse_args(arguments)


async def _run(target: Target, plan: Plan, *, as_json: bool) -> Report:
    async with Load(target, plan) as load:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, load.stop)
        ended = asyncio.ensure_future(load.finished())
        while not ended.done():
            if as_json:
                _say("progress", load.progress().to_json())
            await asyncio.wait((ended,), timeout=TICK)
    return load.report


def _say(kind: str, data: object) -> None:
    print(json.dumps({kind: data}, separators=(",", ":")), flush=True)


if __name__ == "__main__":
    sys.exit(main())
