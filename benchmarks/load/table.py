"""A report as text: a table, the failures, and who answered when."""

import math
from collections.abc import Sequence

from benchmarks.load.report import Report

OUTCOMES = ("sent", "answered", "ended", "non-2xx", "wrong", "refused", "closed", "timed out")
SIDE = ("reconnects", "duplicates", "missing")
HEADINGS = ("clients", *OUTCOMES, *SIDE, "p50", "p99")
FAILURES_SHOWN = 5
WIDTH = 60
LEVELS = " ▁▂▃▄▅▆▇█"


def table(report: Report) -> str:
    """Everything that matters about a load, for people."""
    rows = [_row(report, group, group) for group in report.groups] + [_row(report, "all", None)]
    failures = [f"{each.at:8.3f} s  {each.group}: {each.what} [{each.id}]" for each in report.failures[:FAILURES_SHOWN]]
    gap = report.longest_gap()
    closing = f"lost {report.counts().lost}, longest time without an answer {gap.seconds:.3f} s (from {gap.at:.3f} s)"
    return "\n".join([*aligned([HEADINGS, *rows]), "", *failures, closing, chart(report)])


def chart(report: Report, width: int = WIDTH) -> str:
    """A lane of bars for each release, and one for what was lost, over time."""
    buckets = report.timeline(width)
    lanes = {
        span.release or "?": [bucket.answers.get(span.release, 0) for bucket in buckets] for span in report.spans()
    }
    if report.counts().lost:
        lanes["lost"] = [bucket.lost for bucket in buckets]
    highest = max((value for lane in lanes.values() for value in lane), default=0)
    longest = max(map(len, lanes), default=0)
    return "\n".join(f"{name:>{longest}} │{_bars(lane, highest)}│" for name, lane in lanes.items())


def _row(report: Report, name: str, group: str | None) -> tuple[str, ...]:
    counts, latency = report.counts(group), report.latency(group)
    outcomes = (counts.sent, counts.answered, counts.ended, counts.non_2xx, counts.wrong)
    losses = (counts.refused, counts.closed, counts.timed_out)
    seen = [report.side[each] for each in report.groups if group in (None, each)]
    side = tuple(sum(getattr(each, what) for each in seen) for what in SIDE)
    return (name, *map(str, outcomes + losses + side), _milliseconds(latency.p50), _milliseconds(latency.p99))


def _milliseconds(seconds: float) -> str:
    return "-" if math.isnan(seconds) else f"{seconds * 1000:.1f} ms"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows]


def _bars(values: Sequence[int], highest: int) -> str:
    """Bars of one height scale; what is there at all is seen."""
    steps = len(LEVELS) - 1
    return "".join(LEVELS[math.ceil(value / highest * steps)] if value else " " for value in values)
