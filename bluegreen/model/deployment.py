"""A deployment: one attempt to move services to releases, with one commit point."""

from dataclasses import dataclass, field
from enum import StrEnum

from bluegreen.model.color import Color
from bluegreen.model.release import Release
from bluegreen.model.service import Kind


class Verb(StrEnum):
    """What was asked for; both take the same path."""

    DEPLOY = "deploy"
    ROLLBACK = "rollback"


class Direction(StrEnum):
    """Where an unfinished deployment is going."""

    FORWARD = "forward"
    BACK = "back"


class Outcome(StrEnum):
    """How a deployment ended."""

    DEPLOYED = "deployed"
    FAILED = "failed"
    """Before the cutover; the old releases serve."""
    ROLLED_BACK = "rolled back"
    """After the cutover; the old releases serve again."""
    STUCK = "needs a human"
    """Both colors stay."""
    HELD = "held"
    """Before the cutover, healthy and warm, until it is promoted or aborted."""


class Request(StrEnum):
    """What another command, or a signal, asks of a deployment that is under way."""

    ROLLBACK = "rollback"
    ABORT = "abort"
    INTERRUPT = "interrupt"
    HANG_UP = "hang up"
    """The terminal is gone: nobody will type the next command."""


@dataclass(frozen=True, slots=True)
class Move:
    """One service's part: from which release to which, and the color that the new one gets."""

    old: Release | None
    new: Release
    color: Color

    @property
    def service(self) -> str:
        """The canonical name."""
        return self.new.name

    @property
    def kind(self) -> Kind:
        """Web or worker."""
        return self.new.service.kind


@dataclass(frozen=True, slots=True)
class Deployment:
    """An unfinished deployment, as the ledger has it."""

    id: str
    verb: Verb
    moves: tuple[Move, ...]
    bake: float
    """Seconds."""
    direction: Direction = Direction.FORWARD
    reason: str = ""
    """Why it goes back."""
    committed_at: float | None = None
    """Unix time of the cutover."""
    turned_at: float | None = None
    """Unix time at which it turned back."""
    hold: bool = False
    """Whether it stops before the cutover."""
    held_at: float | None = None
    """Unix time at which it first stopped there."""
    preview: str = field(default="", repr=False)
    """The token of requests that its new releases answer before they serve."""

    def of_kind(self, kind: Kind) -> tuple[Move, ...]:
        """Return the moves of one kind."""
        return tuple(move for move in self.moves if move.kind is kind)


@dataclass(frozen=True, slots=True)
class Stranded:
    """A deployment that has not ended, and can't go on: the file of a release of it is lost or damaged."""

    id: str
    services: tuple[str, ...]
    why: str
    """Which file, and what is wrong with it."""
    committed: bool
    """Whether the cutover was made."""

    def __str__(self) -> str:
        return f"deployment {self.id}, which moves {', '.join(self.services)}, can't go on: {self.why}"
