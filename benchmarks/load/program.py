"""A load as a program: ends by its bounds, by SIGINT or by SIGTERM, and says what came of it."""

import asyncio
import json
import signal

from benchmarks.load.load import Load
from benchmarks.load.report import Report
from benchmarks.load.table import table

TICK = 0.1


def run(load: Load, *, as_json: bool) -> Report:
    """Run a load and print its report: for people, or after lines of progress as the last of many lines of JSON."""
    report = asyncio.run(_run(load, as_json=as_json))
    if as_json:
        _say("report", report.to_json())
    else:
        print(table(report))
    return report


async def _run(load: Load, *, as_json: bool) -> Report:
    async with load:
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
