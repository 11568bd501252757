"""Where the time went: every part of a command, and what ran beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bluegreen.cli import words
from bluegreen.cli.table import Column, Row, table
from bluegreen.ledger.records import StepRecord
from bluegreen.timing import Part

COLUMNS = (Column("PART"), Column("OF", narrow="end"), Column("AT"), Column("TOOK"), Column("SIDE BY SIDE"))
BAR = 48
"""Characters of the whole time."""
SHORTEST = 0.001
"""Seconds: what took less has no line."""


def timeline(parts: Iterable[Part], steps: Iterable[StepRecord]) -> list[Part]:
    """Return parts and steps that have ended, in the order in which they began; of two, the longer first."""
    ended = [Part(s.step, s.service, s.started_at, s.ended_at) for s in steps if s.ended_at is not None]
    return sorted([*parts, *ended], key=lambda part: (part.started_at, -part.ended_at))


def timings_json(found: Sequence[Part]) -> list[dict[str, object]]:
    """Return a timeline as JSON objects: seconds from the start of the process, and how long it took."""
    begun = _begun(found)
    return [
        {"part": part.name, "of": part.of, "at": part.started_at - begun, "seconds": part.ended_at - part.started_at}
        for part in found
    ]


def timings_text(found: Sequence[Part], width: int | None) -> str:
    """Lay a timeline out, a line for each part, with a bar for when it ran; what was done often has one line."""
    scale = _Scale(_begun(found), max((part.ended_at for part in found), default=0.0))
    lines: dict[tuple[str, str], list[Part]] = {}
    for part in found:
        lines.setdefault((part.name, part.of), []).append(part)
    rows = [_row(same, scale) for same in lines.values() if _took(same) >= SHORTEST]
    return table(COLUMNS, rows, width)


@dataclass(frozen=True, slots=True)
class _Scale:
    """The whole time, in Unix times."""

    begun: float
    ended: float

    def bar(self, parts: Iterable[Part]) -> str:
        cells = [" "] * BAR
        per_second = BAR / max(self.ended - self.begun, SHORTEST)
        for part in parts:
            first = min(int((part.started_at - self.begun) * per_second), BAR - 1)
            last = min(int((part.ended_at - self.begun) * per_second), BAR - 1)
            cells[first : last + 1] = "█" * (last + 1 - first)
        return "".join(cells).rstrip()


def _row(same: Sequence[Part], scale: _Scale) -> Row:
    often = f"{same[0].name} ({len(same)} times)" if len(same) > 1 else same[0].name
    at = words.seconds(same[0].started_at - scale.begun)
    return often, same[0].of, at, words.seconds(_took(same)), scale.bar(same)


def _took(same: Iterable[Part]) -> float:
    return sum(part.ended_at - part.started_at for part in same)


def _begun(found: Sequence[Part]) -> float:
    return min((part.started_at for part in found), default=0.0)
