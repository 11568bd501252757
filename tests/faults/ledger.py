"""Before SQLite: every commit, and the making of the tables."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

from tests.faults.effects import Effects


class Connection(sqlite3.Connection):
    """A connection whose commits are counted; `quick` ones don't wait for the disk."""

    def __init__(self, *arguments: Any, effects: Effects, quick: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._effects = effects
        self._quick = quick

    def execute(self, sql: str, /, *values: Any) -> sqlite3.Cursor:
        """Execute; a commit is an effect."""
        plain = partial(super().execute, "PRAGMA synchronous = OFF" if self._quick and "synchronous" in sql else sql)
        return self._effects.act("ledger", "commit", "", plain) if sql == "COMMIT" else plain(*values)

    def executescript(self, sql: str, /) -> sqlite3.Cursor:
        """Execute a script, which ends in a commit."""
        return self._effects.act("ledger", "migrate", "", partial(super().executescript, sql))


@contextmanager
def counted_ledger(effects: Effects, *, quick: bool = False) -> Iterator[None]:
    """Count the commits of every connection that is opened within the block."""
    plain: Callable[..., sqlite3.Connection] = sqlite3.connect

    def connect(*arguments: Any, **more: Any) -> sqlite3.Connection:
        return plain(*arguments, factory=partial(Connection, effects=effects, quick=quick), **more)

    with patch.object(sqlite3, "connect", connect):
        yield
