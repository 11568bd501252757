"""Run a load from the command line, until its bounds, SIGINT or SIGTERM."""

import argparse
import json
import sys
from collections.abc import Sequence

from benchmarks.load.load import Load
from benchmarks.load.plan import Plan, Target
from benchmarks.load.program import run

EXAMPLE = """examples:
  python -m benchmarks.load --url http://127.0.0.1:8080 --host shop.example
  python -m benchmarks.load --url http://127.0.0.1:8080 --json \\
    --plan '{"seconds": 10, "groups": [{"kind": "keep-alive", "count": 32, "rate": 400}]}'
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print what came of it; 1 if a request was lost."""
    options = _options(arguments)
    plan = Plan.from_json(json.loads(options.plan)) if options.plan else Plan.mixed()
    report = run(Load(Target(options.url, options.host), plan), as_json=options.json)
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


if __name__ == "__main__":
    sys.exit(main())
