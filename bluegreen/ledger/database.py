"""The ledger's file: one connection, several threads."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from bluegreen.ledger import schema
from bluegreen.ledger.releases import Releases
from bluegreen.model.errors import LedgerError

NAME = "ledger.sqlite3"


class Database:
    """`<state>/ledger.sqlite3`, and beside it the releases that its rows name."""

    def __init__(self, state: Path, path: Path | None = None) -> None:
        self.releases = Releases(state / "releases")
        self._path = path or state / NAME
        self._db = schema.connect(self._path)
        self._lock = threading.Lock()

    @classmethod
    def blank(cls, state: Path) -> Self:
        """Stand in for one that can't be used: it knows the releases on disk and nothing else, and keeps nothing."""
        return cls(state, schema.IN_MEMORY)

    def verify(self) -> None:
        """Read all of the file, whatever its size. Raises LedgerUnusable for one that is damaged."""
        with self._lock:
            schema.verify(self._db, self._path)

    def close(self) -> None:
        """Close the file, once no other thread is in the middle of using it: SQLite would crash there."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                try:
                    yield self._db
                    self._db.execute("COMMIT")
                finally:
                    if self._db.in_transaction:
                        self._db.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise LedgerError(f"cannot write the ledger {self._path}: {error}") from error

    def _read(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise LedgerError(f"cannot read the ledger {self._path}: {error}") from error
