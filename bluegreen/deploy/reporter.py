"""Progress, as it happens."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Phase(StrEnum):
    """What an event says of its step."""

    STARTED = "started"
    DONE = "done"
    FAILED = "failed"
    NOTE = "note"
    """Something new within the step: a probe's last answer, a line of output."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `at` is Unix time, `seconds` how long a step that ended took."""

    at: float
    phase: Phase
    step: str
    service: str = ""
    """Empty: the whole deployment."""
    detail: str = ""
    seconds: float | None = None


class Reporter(Protocol):
    """Who wants to know."""

    def tell(self, event: Event) -> None:
        """Take note of an event; called from several threads."""
