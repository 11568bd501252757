"""Where the time of a command goes: parts of its work with their beginnings and ends."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STAT = Path("/proc/self/stat")
_UPTIME = Path("/proc/uptime")
_STARTED = 19
"""The field of `stat` after the process's name: clock ticks from the machine's start to the process's."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that was done; times are Unix times."""

    name: str
    of: str
    """A container, a service; empty: all of it."""
    started_at: float
    ended_at: float


_parts: list[Part] = []


@contextmanager
def part(name: str, of: str = "") -> Iterator[None]:
    """Time what is done within the block; in any thread."""
    begun = time.time()
    try:
        yield
    finally:
        _parts.append(Part(name, of, begun, time.time()))


def parts() -> tuple[Part, ...]:
    """Return what this process has timed so far, in the order in which it ended."""
    return tuple(_parts)


def imported() -> None:
    """Take the time from the start of the process until now for that of the interpreter and its imports."""
    now = time.time()
    _parts.append(Part("imports", "", now - _age(), now))


def _age() -> float:
    """Return the seconds since this process started, to a hundredth."""
    stat = _STAT.read_bytes()
    ticks = int(stat[stat.rfind(b")") + 2 :].split()[_STARTED])
    return float(_UPTIME.read_bytes().split()[0]) - ticks / os.sysconf("SC_CLK_TCK")
