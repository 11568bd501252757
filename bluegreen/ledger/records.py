"""What the ledger tells of the past."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Author:
    """Who does something, from where, by which command, at which commit."""

    who: str
    """`alice@shop1`; behind sudo, the person who called it."""
    origin: str
    """`terminal`, `ssh 192.0.2.7`, `ci` and which run."""
    command: str
    commit: str = ""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One line of the audit: a command that changes something begins or ends."""

    at: float
    who: str
    origin: str
    command: str
    event: str
    """`begun`, `done`, `interrupted`, how the deployment failed, or the error that ended it."""


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step of a deployment; times are Unix times in seconds."""

    service: str
    step: str
    started_at: float
    ended_at: float | None = None
    failed: bool = False
    detail: str = ""

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it runs."""
        return None if self.ended_at is None else self.ended_at - self.started_at


@dataclass(frozen=True, slots=True)
class HookRecord:
    """How a hook ended."""

    hook: str
    ended_at: float
    """Unix time."""
    problem: str
    """Why it failed; empty where it did not."""
    output: str


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """One attempt at a release command; times are Unix times in seconds."""

    service: str
    release: str
    attempt: int
    """From 1, over all deployments of the release."""
    started_at: float
    ended_at: float | None
    """None where nobody saw its end."""
    status: int | None
    """With which it ended; 1 also where its output meant failure, -1 where it could not be followed to its end."""
    output: str
    """The end of what it printed; of old ones nothing."""


@dataclass(frozen=True, slots=True)
class MoveRecord:
    """What a deployment did to one service."""

    service: str
    old: str | None
    new: str
    color: str
    why: str
    old_ref: str | None
    old_run: str | None
    new_ref: str
    new_run: str


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """A release, without its configuration."""

    id: str
    service: str
    image: str
    """As it was asked for."""
    run: str
    """What runs: `repo@sha256:…`, or the image's id."""
    spec_hash: str = field(repr=False)
    commit: str
    created_at: float
    """Unix time."""


@dataclass(frozen=True, slots=True)
class DeploymentRecord:
    """One deployment, as it went."""

    id: str
    verb: str
    started_at: float
    committed_at: float | None
    ended_at: float | None
    outcome: str | None
    reason: str
    who: str
    command: str
    commit: str
    moves: tuple[MoveRecord, ...] = field(default=())
    steps: tuple[StepRecord, ...] = field(default=())
    hooks: tuple[HookRecord, ...] = field(default=())
    release_commands: tuple[CommandRecord, ...] = field(default=())
    held_at: float | None = None
    """Unix time since which it waits for its promotion; None where it does not."""
