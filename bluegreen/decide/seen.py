"""Observed facts, as far as a decision needs them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bluegreen.decide.actions import Slots
from bluegreen.model.color import Color
from bluegreen.model.container import Container
from bluegreen.model.deployment import Move, Request
from bluegreen.model.hooks import Hook
from bluegreen.model.ports import Tallies, Tally, Verdict

QUIET_POLLS = 3
"""So many looks in a row must find nothing in flight before a color counts as drained."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look at the world. `now` is Unix time in seconds."""

    now: float
    containers: tuple[Container, ...] = ()
    live: Mapping[str, Color] = field(default_factory=dict)
    """Which color nginx routes each web service to; a service never deployed is absent."""
    named: frozenset[tuple[str, Color]] = frozenset()
    """Colors, by service, that the text which nginx serves names."""
    prepared: Slots | None = None
    """What nginx's slots were last verified to hold, by this run."""
    verdicts: Mapping[tuple[str, Color], Verdict] = field(default_factory=dict)
    """Health of what this run watches."""
    commands_done: frozenset[str] = frozenset()
    """Releases whose release command has succeeded."""
    quiet: int = 0
    """Looks in a row that found nothing in flight to the color that is to go."""
    flowing: str = ""
    """What is in flight, in words."""
    tallies: Tallies = field(default_factory=dict)
    request: Request | None = None
    hooks_due: frozenset[Hook] = frozenset()
    """Hooks that are configured and have not ended in this deployment."""
    hooks_failed: Mapping[Hook, str] = field(default_factory=dict)
    """Why, of those that ended."""

    def of(self, service: str, color: Color) -> tuple[Container, ...]:
        """Return the containers of one color of a service."""
        return tuple(c for c in self.containers if c.service == service and c.color is color)

    def verdict(self, move: Move) -> Verdict | None:
        """Return what health says of the new release, None while nobody watches it."""
        return self.verdicts.get((move.service, move.color))

    def tally(self, move: Move) -> Tally:
        """Return what the new color has answered since the cutover."""
        return self.tallies.get((move.service, move.color), Tally())
