"""What a load saw, in figures."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Self

from benchmarks.load.figures import ALWAYS, Bucket, Counts, Gap, Latency, Mark, Side, Span, Window
from benchmarks.load.samples import Failure, Outcome, Sample, Samples


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about a load that has ended."""

    started: float
    """`time.monotonic()` at the start, a clock that all processes of a machine share."""
    stopped: float
    """Seconds from the start until no more requests were begun."""
    seconds: float
    """Seconds from the start until the last of them had its outcome."""
    samples: Samples
    side: Mapping[str, Side]
    """By group."""
    lasting: tuple[str, ...] = ()
    """The groups of streams and WebSockets: they count in `counts`, not in times."""
    failures: tuple[Failure, ...] = ()
    """The first hundred lost requests."""
    marks: tuple[Mark, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups, in the plan's order."""
        return tuple(self.side)

    def counts(self, group: str | None = None, window: Window = ALWAYS) -> Counts:
        """What became of the requests of a group (or all) begun in a window."""
        chosen = list(self._rows(group, window))
        outcomes = Counter(row.outcome for row in chosen)
        return Counts(
            sent=len(chosen),
            answered=outcomes[Outcome.ANSWERED],
            ended=outcomes[Outcome.ENDED],
            statuses=dict(Counter(row.status for row in chosen if row.outcome is Outcome.STATUS)),
            wrong=outcomes[Outcome.WRONG],
            refused=outcomes[Outcome.REFUSED],
            closed=outcomes[Outcome.CLOSED],
            timed_out=outcomes[Outcome.TIMED_OUT],
        )

    def latency(self, group: str | None = None, window: Window = ALWAYS) -> Latency:
        """How long the answered requests took."""
        times = sorted(row.took for row in self._answers(group, window))
        return Latency(*(_percentile(times, share) for share in (0.5, 0.9, 0.99, 1.0)))

    def longest_gap(self, window: Window = ALWAYS) -> Gap:
        """The longest time within a window, and while requests were begun, in which no answer was completed."""
        start, end = max(0.0, window.start), min(self.stopped, window.end)
        moments = sorted(moment for row in self._answers() if start < (moment := row.at + row.took) < end)
        return max(Gap(later - earlier, earlier) for earlier, later in pairwise([start, *moments, end]))

    def spans(self) -> list[Span]:
        """The releases that answered, by their first answer."""
        moments: dict[str, list[float]] = {}
        for row in self._answers():
            moments.setdefault(row.release, []).append(row.at + row.took)
        spans = (Span(release, len(ends), min(ends), max(ends)) for release, ends in moments.items())
        return sorted(spans, key=lambda span: span.first)

    def timeline(self, buckets: int = 60) -> list[Bucket]:
        """The load in equal parts: who answered how many, how many were lost."""
        edges = [self.seconds * index / buckets for index in range(buckets)]
        answers: list[Counter[str]] = [Counter() for _ in edges]
        lost = [0] * buckets
        for row in self._rows(None, ALWAYS):
            column = max(0, bisect_right(edges, row.at + row.took) - 1)
            if row.outcome > Outcome.ENDED:
                lost[column] += 1
            elif row.group not in self.lasting:
                answers[column][row.release] += 1
        return [Bucket(*column) for column in zip(edges, answers, lost, strict=True)]

    def at(self, name: str, after: float = 0.0) -> float:
        """When a mark was first made after a moment.

        Raises `LookupError` if it never was.
        """
        for mark in self.marks:
            if mark.name == name and mark.at >= after:
                return mark.at
        raise LookupError(f"no mark {name!r} after {after:.3f} s; there are {self.marks}")

    def window(self, start: str, end: str) -> Window:
        """From one mark to the next one of another name."""
        begin = self.at(start)
        return Window(begin, self.at(end, after=begin))

    def to_json(self) -> dict[str, Any]:
        """Plain values, every request included."""
        side = {group: asdict(each) for group, each in self.side.items()}
        return {
            "started": self.started,
            "stopped": self.stopped,
            "seconds": self.seconds,
            "samples": self.samples.to_json(),
            "side": side,
            "lasting": self.lasting,
            "failures": self.failures,
            "marks": self.marks,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(
            started=data["started"],
            stopped=data["stopped"],
            seconds=data["seconds"],
            samples=Samples.from_json(data["samples"]),
            side={group: _side(each) for group, each in data["side"].items()},
            lasting=tuple(data["lasting"]),
            failures=tuple(Failure(*each) for each in data["failures"]),
            marks=tuple(Mark(*each) for each in data["marks"]),
        )

    def _rows(self, group: str | None, window: Window) -> Iterator[Sample]:
        start, end = window
        return (row for row in self.samples if start <= row.at < end and group in (None, row.group))

    def _answers(self, group: str | None = None, window: Window = ALWAYS) -> Iterator[Sample]:
        rows = self._rows(group, window)
        return (row for row in rows if row.outcome is Outcome.ANSWERED and row.group not in self.lasting)


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)] if ordered else math.nan


def _side(data: Mapping[str, Any]) -> Side:
    return Side(**{**data, "closes": {int(code): count for code, count in data["closes"].items()}})
