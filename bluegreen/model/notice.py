"""What those are told who want to know of a deployment."""

from collections.abc import Mapping
from dataclasses import dataclass

from bluegreen.model.notify import Moment


@dataclass(frozen=True, slots=True)
class Notice:
    """One moment of one deployment."""

    id: str
    """A ULID; the same in every attempt to deliver it."""
    event: Moment
    at: float
    """Unix time."""
    project: str
    environment: str
    verb: str
    deployment: str
    """Empty where it came to none."""
    outcome: str
    """As `--json` says it; empty where there is none."""
    reason: str
    who: str
    origin: str
    """`terminal`, `ssh 192.0.2.7`, `ci` and which run."""
    commit: str
    services: tuple[Mapping[str, str], ...]
    """As `--json` has them."""
