"""What the environment can set; the variables have the fields' names in capitals."""

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self


class Unready(StrEnum):
    """How a server shows that it is not ready yet."""

    CLOSED = "closed"
    """Its port is closed."""
    STATUS = "503"
    """It answers 503."""


class Sigterm(StrEnum):
    """What SIGTERM does."""

    GRACEFUL = "graceful"
    """Finish what was begun, then exit with 0."""
    ABRUPT = "abrupt"
    """Exit at once, with 143."""
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """Times are in seconds unless the name says otherwise; an empty variable is an absent one."""

    release: str = "dev"
    color: str = ""
    hostname: str = field(default_factory=socket.gethostname)
    port: int = 3000
    """0: any that is free; the first line of output names it."""
    database_url: str = ""
    """`postgresql://user:password@host/name`; without it, orders are kept in memory."""
    server_url: str = "http://shop-server:3000"
    """Where a storefront finds its server."""
    heartbeat_file: str = "/tmp/heartbeat"
    """What a worker touches while it is well."""
    job_seconds: float = 0.2
    """How long a worker's job takes."""

    keepalive_timeout: float = 5.0
    """How long an idle connection stays open; Node's default."""
    latency_ms: float = 0.0
    """Added to every answer."""
    ready_delay: float = 0.0
    ready_mode: Unready = Unready.CLOSED
    sigterm: Sigterm = Sigterm.GRACEFUL

    fail_health: bool = False
    """`/health` answers 500, a worker's heart does not beat."""
    wrong_body: bool = False
    """`/` and `/health` answer 200 with another text than is expected."""
    fail_after_seconds: float | None = None
    """From then on everything but `/health` answers 500."""
    fail_after_requests: int | None = None
    """The same after so many requests, those to `/health` not counted."""
    exit_after_seconds: float | None = None
    """The process exits with 1."""
    exit_after_requests: int | None = None
    """The same before it answers the next request, those to `/health` not counted."""
    oom_after_seconds: float | None = None
    """The process takes memory, up to 1 GiB."""
    migration: str = "ok"
    """What `migrate` does: `ok`; `fail`: exit with 1; `swallow`: print an error and exit with 0."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the variables that are set.

        Raises `ValueError` for a value of the wrong type.
        """
        given = {each: environment.get(each.name.upper(), "") for each in fields(cls)}
        return cls(**{each.name: _read(each.name, each.type, text) for each, text in given.items() if text})


def _read(name: str, kind: Any, text: str) -> Any:
    readers: Mapping[Any, Callable[[str], Any]] = {bool: _flag, float | None: float, int | None: int}
    try:
        return readers.get(kind, kind)(text)
    except ValueError as error:
        raise ValueError(f"{name.upper()}: {error}") from None


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"neither 0 nor 1: {text!r}")
    return text == "1"
