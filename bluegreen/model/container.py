"""Containers as observed: what the labels say, and how they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from signal import Signals

from bluegreen.model.color import Color


class Role(StrEnum):
    """What a container of the project is for."""

    APP = "app"
    PROXY = "proxy"
    RELEASE_COMMAND = "release-command"
    DATABASE = "database"
    """Made by `up`, in an environment that is disposable."""


class State(StrEnum):
    """The engine's word for what a container does."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    REMOVING = "removing"
    EXITED = "exited"
    DEAD = "dead"


class Happening(StrEnum):
    """What the engine tells of a container, at the moment it happens."""

    STARTED = "start"
    DIED = "die"
    OUT_OF_MEMORY = "oom"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that the engine told."""

    name: str
    """Of the container."""
    happening: Happening
    exit_status: int | None = None
    """Of one that died."""


OUT_OF_MEMORY = "ran out of memory (the kernel killed it at its mem_limit)"


class Label:
    """The labels that every container of ours carries; together they replace a memory of our own."""

    PROJECT = "bluegreen.project"
    SERVICE = "bluegreen.service"
    COLOR = "bluegreen.color"
    RELEASE = "bluegreen.release"
    DEPLOYMENT = "bluegreen.deployment"
    SPEC_HASH = "bluegreen.spec-hash"
    COMMIT = "bluegreen.commit"
    ROLE = "bluegreen.role"
    DISPOSABLE = "bluegreen.disposable"
    """The environment that `down` removes it with; elsewhere there is no such label."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container, as the engine lists it."""

    name: str
    id: str
    role: Role
    state: State
    service: str = ""
    color: Color | None = None
    release: str = ""
    deployment: str = ""
    spec_hash: str = ""
    commit: str = ""
    image: str = ""
    """What the container was created from: `repo@sha256:…` or an image id."""
    address: str | None = None
    """Its IPv4 address on the project's network while it runs."""
    health: str | None = None
    """Docker's own HEALTHCHECK: `starting`, `healthy`, `unhealthy`; None where there is none."""
    ours: bool = True
    """Whether it carries our project label, and belongs to the same disposable environment, or to none."""
    disposable: str = ""
    """The disposable environment that it belongs to, whoever's it is."""
    adopted: bool = False
    """Whether it was there before bluegreen, which knows of it what labels would say."""

    @property
    def running(self) -> bool:
        """Whether its process runs now."""
        return self.state is State.RUNNING


@dataclass(frozen=True, slots=True)
class Settings:
    """What `docker update` can change in a container."""

    restart: str
    memory: int = 0
    """Bytes; 0 for no limit."""
    cpus: float = 0.0
    """0 for no limit."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """What only an inspection tells: why a container is not (or no longer) what it was."""

    state: State
    exit_code: int
    oom_killed: bool
    restarts: int
    started_at: str
    pid: int
    health: str | None
    address: str | None
    health_output: str = ""
    """What Docker's own HEALTHCHECK printed last."""
    settings: Settings = Settings("no")

    def died(self, before: "Vitals | None" = None, heard: int | None = None) -> str | None:
        """Say how it died or restarted since `before`, or None while it is well.

        `heard` is the exit status that the engine told of; of one that runs again, an inspection does not know it.
        """
        restarted = self.restarts > before.restarts if before else self.restarts > 0
        again = restarted or bool(before and before.started_at and before.started_at != self.started_at)
        if self.oom_killed and (again or not (before and before.oom_killed)):
            return OUT_OF_MEMORY
        if self.state in (State.EXITED, State.DEAD):
            return f"exited with status {shown_status(self.exit_code)}"
        if self.state is State.REMOVING:
            return "was removed"
        if self.state is State.RESTARTING:
            return f"exited with status {shown_status(self.exit_code)} and was restarted"
        if not again:
            return None
        return "was restarted" if heard is None else f"exited with status {shown_status(heard)} and was restarted"


def shown_status(status: int) -> str:
    """Write an exit status with the signal that it stands for: `139 (SIGSEGV)`.

    What SIGKILL stands for is said, too: where the engine hears of the end before it hears of the lack of memory, or
    where it was the machine's memory that lacked, it never says so.
    """
    known = {128 + number.value: number.name for number in Signals}
    if status == 128 + Signals.SIGKILL:
        return f"{status} (SIGKILL: out of memory, or killed by hand)"
    return f"{status} ({known[status]})" if status in known else str(status)


Labels = Mapping[str, str]
