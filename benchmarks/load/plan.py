"""What to ask of whom: the target, the groups of clients, the bounds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

ORDER = '{"id": "{id}"}'


@dataclass(frozen=True, slots=True)
class Target:
    """Where the load goes: `http://address:port` or `https://…` (any certificate will do), and the Host it names."""

    url: str
    host: str = ""

    @property
    def address(self) -> tuple[str, int]:
        """The host and port to connect to."""
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or (443 if self.tls else 80)

    @property
    def tls(self) -> bool:
        """Whether to speak TLS."""
        return urlsplit(self.url).scheme == "https"

    @property
    def named(self) -> str:
        """The Host header."""
        return self.host or urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Clients that all do the same, at the same time."""

    kind: ClassVar[str]
    count: int = 1
    path: str = "/"
    headers: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 15.0
    """Seconds from a request's last byte to its answer's; for a stream or WebSocket, the longest silence."""
    name: str = ""
    """What the report calls the group; by default its kind, and the method where there is one."""

    @property
    def label(self) -> str:
        """The group's name in the report."""
        return self.name or self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests(Group):
    """Plain requests; `{id}` in the body becomes the request's unique id, which `X-Load-Id` carries too."""

    method: str = "GET"
    body: str = ""
    rate: float | None = None
    """Requests per second of the whole group; without it, the next follows the answer."""
    expect: str = ""
    """What a right answer's body contains."""
    cookies: bool = False
    """Each client keeps the cookies that it is given."""

    @property
    def label(self) -> str:
        """The group's name in the report."""
        return self.name or f"{self.kind} {self.method}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAlive(Requests):
    """One request after the other on one connection."""

    kind: ClassVar[str] = "keep-alive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh(Requests):
    """A new connection for every request."""

    kind: ClassVar[str] = "fresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preconnected(Requests):
    """A new connection that is silent for `idle` seconds before its one request."""

    kind: ClassVar[str] = "preconnected"
    idle: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload(Group):
    """Bodies of `size` bytes that take `over` seconds to send, in 20 pieces a second."""

    kind: ClassVar[str] = "upload"
    path: str = "/upload"
    size: int = 262_144
    over: float = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Group):
    """Readers of server-sent events whose `id:` counts up by one."""

    kind: ClassVar[str] = "stream"
    path: str = "/events"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocket(Group):
    """WebSockets that send a text every `interval` seconds and expect it back."""

    kind: ClassVar[str] = "websocket"
    path: str = "/ws"
    interval: float = 0.25


KINDS: Mapping[str, type[Group]] = {
    kind.kind: kind for kind in (KeepAlive, Fresh, Preconnected, Upload, Stream, WebSocket)
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The groups, and the bounds: seconds, and requests in all. What comes first ends the load."""

    groups: tuple[Group, ...]
    seconds: float = 60.0
    requests: int | None = None

    def __post_init__(self) -> None:
        labels = [group.label for group in self.groups]
        if len(set(labels)) < len(labels):
            raise ValueError(f"two groups have the same name; there are {', '.join(labels)}")

    @classmethod
    def mixed(cls, rate: float = 200.0, seconds: float = 60.0) -> Self:
        """Every kind of client at once, about `rate` requests per second in all, against the shop's paths."""
        return cls(
            (
                KeepAlive(count=16, rate=rate * 0.5),
                KeepAlive(count=8, rate=rate * 0.2, method="POST", path="/orders", body=ORDER),
                Fresh(count=4, rate=rate * 0.2),
                Fresh(count=2, rate=rate * 0.1, method="POST", path="/orders", body=ORDER),
                KeepAlive(count=4, path="/slow?ms=300", name="300 ms"),
                KeepAlive(count=1, path="/slow?ms=3000", name="3 s"),
                Preconnected(count=4),
                Upload(count=2),
                Stream(count=2),
                WebSocket(count=2),
            ),
            seconds,
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote.

        Raises `ValueError` for a kind, and `TypeError` for a field, that does not exist.
        """
        return cls(tuple(_group(each) for each in data["groups"]), data.get("seconds", 60.0), data.get("requests"))

    def to_json(self) -> dict[str, Any]:
        """Plain values: `{"groups": [{"kind": "keep-alive", "count": 16, …}], "seconds": 60.0, "requests": null}`."""
        groups = [{"kind": group.kind, **asdict(group)} for group in self.groups]
        return {"groups": groups, "seconds": self.seconds, "requests": self.requests}


def _group(data: Mapping[str, Any]) -> Group:
    fields = dict(data)
    kind = fields.pop("kind", None)
    if kind not in KINDS:
        raise ValueError(f"no kind of client is called {kind!r}; there are {', '.join(KINDS)}")
    return KINDS[kind](**fields)
