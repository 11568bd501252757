"""What the doctor looks at, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bluegreen.decide.plan import Current
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Role, Vitals
from bluegreen.model.deployment import Deployment, Stranded
from bluegreen.model.ports import Host
from bluegreen.model.project import Project
from bluegreen.model.routing import Capabilities, ProxyView
from bluegreen.model.service import Kind


class LedgerState(StrEnum):
    """How the ledger's file is."""

    SOUND = "sound"
    DAMAGED = "damaged"
    NEWER = "newer"
    """Written by a newer version of this program."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A path of the state directory, its mode, and the one that it should have."""

    path: Path
    found: int
    wanted: int
    own: bool = True
    """Whether it belongs to the user who runs this."""


@dataclass(frozen=True, slots=True)
class Disk:
    """How full a file system is."""

    path: str
    what: str
    """What is kept there."""
    size: int
    """Bytes."""
    free: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Killed:
    """How a service's containers were last stopped: they had to be killed."""

    at: float
    """Unix time."""
    grace: float
    """Seconds that they had."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One look at everything. Times are Unix times in seconds."""

    now: float
    project: Project
    view: ProxyView
    host: Host
    containers: tuple[Container, ...] = ()
    """All that carry the project's label, proxy and one-off containers included."""
    vitals: Mapping[str, Vitals] = field(default_factory=dict)
    """Of the containers of live colors, by name."""
    current: Mapping[str, Current] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By service, how the containers of its live release are called."""
    reached: Mapping[str, frozenset[Color]] = field(default_factory=dict)
    """By web service, the colors that its requests lead to by nginx's text and flags."""
    intended: Mapping[str, tuple[str, Color]] = field(default_factory=dict)
    """By service, the release and the color that the last deployment made live."""
    readable: frozenset[str] = frozenset()
    """Those of these services whose release can be read."""
    unrecorded: tuple[str, ...] = ()
    """Services whose containers belong to a deployment that the ledger does not know."""
    unfinished: Deployment | None = None
    held: frozenset[tuple[str, Color]] = frozenset()
    """By service, colors that wait for their promotion."""
    stranded: tuple[Stranded, ...] = ()
    """Deployments, held or left, with which nobody can go on."""
    under_way: str = ""
    """Who works on the project now."""
    capabilities: Capabilities | None = None
    """Of the nginx that runs."""
    outdated: bool = False
    """Whether the proxy's container lacks what services.yaml says."""
    databases: Mapping[str, str] = field(default_factory=dict)
    """By database, why it can't be used; nothing while it can."""
    ledger: LedgerState = LedgerState.SOUND
    ledger_says: str = ""
    """Why the ledger can't be used."""
    ledger_newest: float = 0.0
    """The newest time in the ledger."""
    killed: Mapping[str, Killed] = field(default_factory=dict)
    """By service, the last stop, where it ended with SIGKILL."""
    modes: tuple[Mode, ...] = ()
    """Only those that are not as they should be."""
    leftovers: tuple[Path, ...] = ()
    """Half-written files of commands that were killed."""
    disks: tuple[Disk, ...] = ()
    file_mounts: tuple[tuple[str, str], ...] = ()
    """Services, and the host's single files that they mount."""

    @property
    def apps(self) -> tuple[Container, ...]:
        """The containers of services."""
        return tuple(c for c in self.containers if c.role is Role.APP)

    def moving(self, service: str) -> bool:
        """Whether a command works on this service, or was killed while it did."""
        left = self.unfinished.moves if self.unfinished else ()
        return bool(self.under_way) or service in {move.service for move in left}

    def color(self, service: str) -> Color | None:
        """Return the color that is live; of a worker that does not run, the one that the last deployment gave it."""
        worker = self.project.services[service].kind is Kind.WORKER
        return self.current[service].color or (self.intended.get(service, ("", None))[1] if worker else None)

    def live(self, service: str) -> tuple[Container, ...]:
        """Return the containers of a service's live color."""
        color = self.color(service)
        return tuple(c for c in self.apps if c.service == service and c.color is color)
