"""What the live display shows: a row per service, and one for what they share."""

from dataclasses import dataclass, replace

from bluegreen.cli.progress.told import said
from bluegreen.deploy.reporter import Event, Phase


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the step that is under way, or the last one."""

    service: str
    """Empty: all of them."""
    step: str
    since: float
    """Unix time."""
    phase: Phase
    detail: str = ""
    seconds: float | None = None

    @property
    def busy(self) -> bool:
        """Whether the step is under way."""
        return self.phase is Phase.STARTED

    def elapsed(self, now: float) -> float:
        """Return how long the step has taken so far, or took, in seconds."""
        return self.seconds if self.seconds is not None else max(0.0, now - self.since)


class Board:
    """The rows, by service in the order in which they were first heard of."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def take(self, event: Event) -> None:
        """Bring an event's row up to date."""
        line = self._lines.get(event.service)
        if event.phase is Phase.NOTE:
            if line and line.step == event.step:
                self._lines[event.service] = replace(line, detail=said(event))
        elif event.phase is Phase.STARTED:
            self._lines[event.service] = Line(event.service, event.step, event.at, event.phase, said(event))
        elif line is None or line.step == event.step or not line.busy:
            detail = event.detail if event.phase is Phase.FAILED else ""
            self._lines[event.service] = Line(event.service, event.step, event.at, event.phase, detail, event.seconds)

    def lines(self, most: int) -> tuple[list[Line], int]:
        """Return up to `most` rows, and how many were left out: first those that are done."""
        lines = list(self._lines.values())
        if len(lines) <= most:
            return lines, 0
        ranked = sorted(lines, key=lambda line: (bool(line.service), line.phase is not Phase.FAILED, not line.busy))
        chosen = {id(line) for line in ranked[:most]}
        return [line for line in lines if id(line) in chosen], len(lines) - most
