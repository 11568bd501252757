"""What nginx is told, and what it answers: plain values, no text and no socket."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bluegreen.model.color import Color
from bluegreen.model.names import PREVIEW_TOKEN
from bluegreen.model.project import ProxySettings
from bluegreen.model.service import Route


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the running nginx can do; detected, never assumed."""

    version: str
    resolve: bool
    """`server NAME resolve;` with `zone` (open source since 1.27.3)."""
    keepalive_min_timeout: bool
    """Keeps idle client connections of old workers open (since 1.27.4)."""
    http2_directive: bool
    """`http2 on;` (since 1.25.1) rather than `listen … http2`."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the two upstreams of a web service: who answers, and who steps in."""

    servers: tuple[str, ...]
    """`host:port` each; a host is a color container's name, or an address where nginx lacks `resolve`."""
    backup: tuple[str, ...] = ()


PREVIEW_HEADER = "X-Bluegreen-Preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """Requests whose `PREVIEW_HEADER` is this token go to this color, whichever serves. Raises ValueError."""

    token: str = field(repr=False)
    color: Color

    def __post_init__(self) -> None:
        PREVIEW_TOKEN.check(self.token)


@dataclass(frozen=True, slots=True)
class Proxied:
    """A web service as nginx sees it. Without slots (never deployed) its routes answer 503."""

    name: str
    port: int
    """The port of its canonical name inside the network."""
    routes: tuple[Route, ...] = ()
    slots: Mapping[Color, Slot] = field(default_factory=dict)
    preview: Preview | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """Everything a generation is rendered from, but for its number."""

    project: str
    settings: ProxySettings
    services: tuple[Proxied, ...]
    gateway: str
    """The engine host's address on the network: the only one that the control endpoint answers."""
    capabilities: Capabilities
    workers: int
    drain_timeout: float = 300.0
    """The longest that any service may drain, seconds; old workers are never cut off before."""


Live = Mapping[str, Color]
"""Which color each web service serves from; a service that is absent is blue."""


@dataclass(frozen=True, slots=True)
class ProxyView:
    """The proxy as it is now, by its own answer; `generation` is None while it does not answer."""

    running: bool
    generation: int | None
    live: Live
    slots: Mapping[str, Mapping[Color, Slot]]
    """From the files of the generation that answers: what each slot really holds."""
    drift: tuple[str, ...] = ()
    """What does not fit together, a sentence each."""
    edited: tuple[str, ...] = ()
    """What a person changed in the configuration itself, a sentence each: not to be overwritten."""

    @property
    def lost(self) -> tuple[str, ...]:
        """The services that nginx serves from files that are gone: nobody can say where their requests go."""
        return tuple(service for service in self.live if service not in self.slots) if self.generation else ()


@dataclass(frozen=True, slots=True)
class Flows:
    """What may still reach a color through nginx."""

    old_workers: int
    """nginx workers older than the generation that serves."""
    connections: Mapping[str, int]
    """Established connections from nginx, by container address."""
