"""Every request that was begun, one row each: the only source of the report's figures."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NamedTuple, Self


class Outcome(IntEnum):
    """What became of a request; exactly one of these."""

    ANSWERED = 0
    """Answered in full with 2xx; a stream or WebSocket that lived until its client ended it."""
    ENDED = 1
    """A stream or WebSocket that the server ended in good form."""
    STATUS = 2
    """Answered in full with a status that is not 2xx."""
    WRONG = 3
    """Answered with 2xx, but not with what was asked for."""
    REFUSED = 4
    """No connection could be made."""
    CLOSED = 5
    """Closed or reset before the answer was complete."""
    TIMED_OUT = 6
    """No complete answer in time."""


OUTCOMES = tuple(Outcome)


class Sample(NamedTuple):
    """One request: when it was begun and how long it took, in seconds; `release` is "" where nobody said."""

    at: float
    took: float
    group: str
    outcome: Outcome
    status: int
    release: str


class Failure(NamedTuple):
    """A lost request, for the log."""

    at: float
    group: str
    id: str
    what: str


@dataclass(slots=True)
class Samples:
    """The rows as columns, so that a million of them are cheap."""

    at: "array[float]" = field(default_factory=lambda: array("d"))
    took: "array[float]" = field(default_factory=lambda: array("d"))
    group: "array[int]" = field(default_factory=lambda: array("H"))
    outcome: "array[int]" = field(default_factory=lambda: array("B"))
    status: "array[int]" = field(default_factory=lambda: array("H"))
    release: "array[int]" = field(default_factory=lambda: array("H"))
    groups: list[str] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.at)

    def __iter__(self) -> Iterator[Sample]:
        rows = zip(self.at, self.took, self.group, self.outcome, self.status, self.release, strict=True)
        for at, took, group, outcome, status, release in rows:
            yield Sample(at, took, self.groups[group], OUTCOMES[outcome], status, self.releases[release])

    def add(self, sample: Sample) -> None:
        """Append a row."""
        self.at.append(sample.at)
        self.took.append(sample.took)
        self.group.append(_index(self.groups, sample.group))
        self.outcome.append(sample.outcome)
        self.status.append(sample.status)
        self.release.append(_index(self.releases, sample.release))

    def to_json(self) -> dict[str, Any]:
        """The columns as lists, seconds to the microsecond."""
        exact = {name: list(getattr(self, name)) for name in ("group", "outcome", "status", "release")}
        times = {name: [round(value, 6) for value in getattr(self, name)] for name in ("at", "took")}
        return {**times, **exact, "groups": self.groups, "releases": self.releases}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        types = {"at": "d", "took": "d", "group": "H", "outcome": "B", "status": "H", "release": "H"}
        columns: dict[str, Any] = {name: array(code, data[name]) for name, code in types.items()}
        return cls(**columns, groups=list(data["groups"]), releases=list(data["releases"]))


def _index(names: list[str], name: str) -> int:
    if name not in names:
        names.append(name)
    return names.index(name)
