"""The report's figures, as values."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Window(NamedTuple):
    """A part of the load, in seconds since its start; a request belongs to the window that it was begun in."""

    start: float = 0.0
    end: float = math.inf


ALWAYS = Window()


class Mark(NamedTuple):
    """What happened when, in seconds since the start."""

    at: float
    name: str


class Latency(NamedTuple):
    """Seconds from the start of a request, connecting included, to its answer's last byte; NaN without any answer."""

    p50: float
    p90: float
    p99: float
    longest: float


class Gap(NamedTuple):
    """A time without an answer."""

    seconds: float
    at: float
    """When it began."""


class Span(NamedTuple):
    """What one release answered, and when its first and last answer was complete."""

    release: str
    answers: int
    first: float
    last: float


class Bucket(NamedTuple):
    """One column of the timeline: answers completed by release, requests lost."""

    at: float
    answers: Mapping[str, int]
    lost: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the requests: `sent` is the sum of all that follow."""

    sent: int
    answered: int
    ended: int
    statuses: Mapping[int, int]
    """Answers that were not 2xx, by status."""
    wrong: int
    refused: int
    closed: int
    timed_out: int

    @property
    def non_2xx(self) -> int:
        """Answers with any other status."""
        return sum(self.statuses.values())

    @property
    def lost(self) -> int:
        """All that were not answered as they should have been."""
        return self.sent - self.answered - self.ended


@dataclass(slots=True)
class Side:
    """What a group saw beside its requests' outcomes."""

    reconnects: int = 0
    """Idle connections that the server had closed before the next request was begun."""
    stray: int = 0
    """Connections on which more came than was asked for."""
    duplicates: int = 0
    """Answers with `X-Duplicate`: the application had met this request id before."""
    messages: int = 0
    """Events read, or texts that came back."""
    missing: int = 0
    """Events skipped, or texts that did not come back."""
    closes: dict[int, int] = field(default_factory=dict)
    """WebSocket close frames, by code."""
