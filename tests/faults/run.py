"""`python -m tests.faults.run RECORD FAULT WORD…`: bluegreen with its side effects counted, below BLUEGREEN_STATE.

FAULT is `none`, or `NAME:before|after:K[:PATTERN]`: what goes wrong at the K-th side effect, or at the K-th of those in
whose line the pattern is found. NAME is `kill`, a name of
`tests.faults.engine.ERRORS`, `ENOSPC`, `EIO`, `EACCES` or `full` (the ledger's disk). RECORD gets a line for each side
effect, before it happens.
"""

import errno
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

from bluegreen.cli import main
from tests.faults.effects import Effect, Effects, Fault
from tests.faults.engine import ERRORS, counted_engine
from tests.faults.ledger import counted_ledger
from tests.faults.system import System

KILL = os.kill


def die() -> None:
    """Be gone, as by `kill -9`: nothing is caught, flushed or released."""
    KILL(os.getpid(), signal.SIGKILL)


def error(name: str) -> Callable[[], Exception] | None:
    """What is raised under this name; None for a death."""
    if name == "kill":
        return None
    if name == "full":
        return lambda: sqlite3.OperationalError("database or disk is full")
    if name in ERRORS:
        return ERRORS[name]
    number = getattr(errno, name)
    return lambda: OSError(number, os.strerror(number))


class Recorded(list[Effect]):
    """Effects that are written down as they come: a killed process tells nothing afterwards."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("w", buffering=1)

    def append(self, effect: Effect, /) -> None:
        """Write it down."""
        super().append(effect)
        self._file.write(" ".join(effect) + "\n")


def fault(text: str) -> Fault | None:
    """Read FAULT."""
    if text == "none":
        return None
    name, when, at, *among = text.split(":", 3)
    return Fault(int(at), when == "after", error(name), name, among="".join(among))


if __name__ == "__main__":
    record, asked, *words = sys.argv[1:]
    effects = Effects(fault(asked), die, one_by_one=False, seen=Recorded(Path(record)))
    # the state directory itself is told apart from what lies beside it
    with (
        System(effects, Path(os.environ["BLUEGREEN_STATE"])).counted(),
        counted_ledger(effects),
        counted_engine(effects),
    ):
        sys.exit(main(words))
