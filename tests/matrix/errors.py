"""What may come back instead of success, for each part of the outside."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial

from bluegreen.model.errors import EngineError
from tests.faults.effects import Effect, Fault
from tests.matrix.site import Site

Error = Callable[[], Exception | None]


def refused(number: int) -> Exception:
    """What the operating system says."""
    return OSError(number, os.strerror(number))


def ledger(words: str) -> Exception:
    """What SQLite says."""
    return sqlite3.OperationalError(words)


def engine(words: str) -> Exception:
    """What the engine, or the way to it, says."""
    return EngineError(f"injected: {words}")


FILE: dict[str, Error] = {name: partial(refused, getattr(errno, name)) for name in ("ENOSPC", "EACCES")}
FLUSH: dict[str, Error] = {"EIO": partial(refused, errno.EIO)}
LEDGER: dict[str, Error] = {
    words: partial(ledger, words) for words in ("disk I/O error", "database is locked", "database or disk is full")
}
ENGINE: dict[str, Error] = {words: partial(engine, words) for words in ("conflict", "server error", "reset")}
NGINX = ("deaf", "silent", "refuses")


def errors(site: Site, effect: Effect, k: int) -> Iterator[Fault]:
    """Everything that can go wrong at the k-th effect: before it, or after it has happened all the same."""
    match effect.part, effect.verb:
        case "file", "fsync":
            found = FLUSH
        case "file", _:
            found = FILE
        case "ledger", _:
            found = LEDGER
        case _:
            found = ENGINE if effect.part == "engine" else {}
    yield from (Fault(k, error=error, name=name) for name, error in found.items())
    if effect.part == "engine":
        yield Fault(k, after=True, error=partial(engine, "time-out"), name="time-out")
    if effect.part == "ledger":
        yield Fault(k, after=True, error=LEDGER["disk I/O error"], name="disk I/O error")
    if effect.part == "hook":
        yield Fault(k, error=partial(site.hooks.fails, effect.verb), name="fails")
    if effect.part != "file" or effect.verb == "rename":
        if site.databases:
            yield Fault(k, error=site.lose_databases, name="database gone")
        yield from (Fault(k, error=partial(site.nginx.turn, knob), name=f"nginx {knob}") for knob in NGINX)
