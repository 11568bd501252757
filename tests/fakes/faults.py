"""What can go wrong with the engine in memory."""

from dataclasses import dataclass, field


class Killed(BaseException):
    """The process that calls is killed here: nothing but the test catches this."""


@dataclass(frozen=True)
class Change:
    """One call that changed something."""

    verb: str
    name: str


@dataclass
class Faults:
    """What goes wrong, named after the fault; keys are container names, or image references where it says so."""

    engine_gone: bool = False
    engine_silent: bool = False
    """It takes calls, and does not answer in time."""
    events_lost: bool = False
    """Nobody hears what happens to containers."""
    refuses_to_start: dict[str, str] = field(default_factory=dict)
    """The engine's words. The container stays behind, created."""
    exits_on_start: dict[str, int] = field(default_factory=dict)
    out_of_memory_on_start: set[str] = field(default_factory=set)
    without_address: set[str] = field(default_factory=set)
    healthcheck: dict[str, str] = field(default_factory=dict)
    """What Docker's own HEALTHCHECK says right after the start; without an entry there is no such check."""
    refuses_to_stop: dict[str, str] = field(default_factory=dict)
    refuses_to_remove: dict[str, str] = field(default_factory=dict)
    command_status: dict[str, int] = field(default_factory=dict)
    command_output: dict[str, tuple[str, ...]] = field(default_factory=dict)
    command_never_ends: set[str] = field(default_factory=set)
    registry_gone: bool = False
    pull_breaks: dict[str, str] = field(default_factory=dict)
    """By image reference: the registry's words."""
    image_in_use: set[str] = field(default_factory=set)
    """By image id: another project's container was made of it a moment ago."""
    killed_before_change: int | None = None
    """Counted from 1: the caller dies on the way to the engine."""
    killed_after_change: int | None = None
    """The caller dies before the answer arrives; the change has happened."""
