"""Everything that the runner can be told to do."""

from collections.abc import Mapping
from dataclasses import dataclass

from bluegreen.model.color import Color
from bluegreen.model.deployment import Move, Outcome
from bluegreen.model.hooks import Hook
from bluegreen.model.routing import Live
from bluegreen.model.service import ReleaseCommand


@dataclass(frozen=True, slots=True)
class RunReleaseCommand:
    """Run a release's command (its migrations) once, in the new image."""

    move: Move
    command: ReleaseCommand


@dataclass(frozen=True, slots=True)
class RunHook:
    """Run the user's command for this moment; how it ends is recorded, and seen by the next decision."""

    hook: Hook
    outcome: Outcome | None = None
    """How the deployment is about to end, and why."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """Create and start every container of a release in a color, and watch their health."""

    move: Move


@dataclass(frozen=True, slots=True)
class Prepare:
    """Have nginx serve a generation with these colors in each service's slots; moves no traffic."""

    slots: "Slots"
    settle: bool
    """Whether this generation names live colors only."""


@dataclass(frozen=True, slots=True)
class Cutover:
    """Rename: every new request goes by `live`."""

    live: Live
    back: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """Record that the new releases serve."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop containers and keep them, to be started again if the new release fails."""

    service: str
    containers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retire:
    """Stop containers within their grace period and remove them."""

    service: str
    color: Color
    containers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abandon:
    """Turn back, for this reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before something changes, or `seconds` pass."""

    step: str
    seconds: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Leave:
    """Stop here, interrupted after the cutover; the next command finishes."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The deployment is over."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Occupancy:
    """What a web service's two slots are to hold: colors, in the order of preference."""

    blue: tuple[Color, ...]
    green: tuple[Color, ...]

    @classmethod
    def settled(cls, live: Color | None) -> "Occupancy":
        """Both slots hold the live color; none where the service was never deployed."""
        held = (live,) if live else ()
        return cls(held, held)

    def of(self, slot: Color) -> tuple[Color, ...]:
        """Return what one slot holds."""
        return self.blue if slot is Color.BLUE else self.green

    @classmethod
    def prepared(cls, new: Color, old: Color | None) -> "Occupancy":
        """The new slot holds the new color with the old one as backup; the old slot only the old one."""
        ahead = (new, old) if old else (new,)
        behind = (old,) if old else ()
        return cls(ahead, behind) if new is Color.BLUE else cls(behind, ahead)


Slots = Mapping[str, Occupancy]

Action = (
    RunReleaseCommand | RunHook | Start | Prepare | Cutover | Commit | Stop | Retire | Abandon | Wait | Leave | Finish
)
Actions = tuple[Action, ...]
