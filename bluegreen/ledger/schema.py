"""The ledger's tables. A new version is a new entry at the end of MIGRATIONS."""

import os
import sqlite3
import time
from pathlib import Path

from bluegreen import files
from bluegreen.model.errors import LedgerError, LedgerUnusable

BUSY = 10.0
"""Seconds to wait while another command writes."""
MIGRATIONS = (
    """
    CREATE TABLE releases (
        id TEXT PRIMARY KEY, service TEXT NOT NULL, image_ref TEXT NOT NULL, image_run TEXT NOT NULL,
        spec_hash TEXT NOT NULL, commit_id TEXT NOT NULL, created_at REAL NOT NULL
    ) STRICT;
    CREATE INDEX releases_of_service ON releases (service, id);
    CREATE TABLE deployments (
        id TEXT PRIMARY KEY, verb TEXT NOT NULL, bake REAL NOT NULL, direction TEXT NOT NULL,
        reason TEXT NOT NULL DEFAULT '', started_at REAL NOT NULL, committed_at REAL, turned_at REAL,
        ended_at REAL, outcome TEXT, who TEXT NOT NULL, command TEXT NOT NULL, commit_id TEXT NOT NULL
    ) STRICT;
    CREATE TABLE moves (
        deployment TEXT NOT NULL REFERENCES deployments (id), position INTEGER NOT NULL,
        service TEXT NOT NULL, old TEXT REFERENCES releases (id), new TEXT NOT NULL REFERENCES releases (id),
        color TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (deployment, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX moves_of_service ON moves (service, deployment);
    CREATE TABLE steps (
        deployment TEXT NOT NULL REFERENCES deployments (id), position INTEGER NOT NULL, service TEXT NOT NULL,
        step TEXT NOT NULL, started_at REAL NOT NULL, ended_at REAL, failed INTEGER NOT NULL DEFAULT 0,
        detail TEXT NOT NULL DEFAULT '', PRIMARY KEY (deployment, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE release_commands (
        release TEXT NOT NULL REFERENCES releases (id), attempt INTEGER NOT NULL, started_at REAL NOT NULL,
        ended_at REAL, status INTEGER, output TEXT NOT NULL DEFAULT '', PRIMARY KEY (release, attempt)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE requests (
        deployment TEXT PRIMARY KEY REFERENCES deployments (id), request TEXT NOT NULL,
        who TEXT NOT NULL, at REAL NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE audit (
        at REAL NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL, command TEXT NOT NULL, event TEXT NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE deployments ADD COLUMN hold INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE deployments ADD COLUMN held_at REAL;
    ALTER TABLE deployments ADD COLUMN preview TEXT NOT NULL DEFAULT '';
    ALTER TABLE deployments ADD COLUMN held INTEGER GENERATED ALWAYS AS (
        hold AND held_at IS NOT NULL AND ended_at IS NULL AND direction = 'forward'
    ) VIRTUAL;
    """,
    """
    CREATE TABLE hooks (
        deployment TEXT NOT NULL REFERENCES deployments (id), hook TEXT NOT NULL, ended_at REAL NOT NULL,
        problem TEXT NOT NULL, output TEXT NOT NULL, PRIMARY KEY (deployment, hook)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE INDEX open_deployments ON deployments (id) WHERE ended_at IS NULL;
    CREATE INDEX audit_by_time ON audit (at);
    """,
    """
    CREATE TABLE generations (number INTEGER PRIMARY KEY, manifest TEXT NOT NULL) STRICT;
    """,
)


IN_MEMORY = Path(":memory:")
CHECKED = 32 * 1024**2
"""Bytes: a larger file is looked at as a whole by `doctor` alone; elsewhere its damage shows where it is read."""
MEND = "bluegreen doctor --fix keeps the file aside and rebuilds it from what the containers and nginx say"


def connect(path: Path) -> sqlite3.Connection:
    """Open the ledger, creating or migrating it. Raises LedgerUnusable for one that is damaged or too new."""
    if path != IN_MEMORY:
        _make_private(path)
    try:
        return _ready(sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False), path)
    except sqlite3.OperationalError as error:
        raise LedgerError(f"cannot open the ledger {path}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise _damaged(path, error) from error


def verify(connection: sqlite3.Connection, path: Path) -> None:
    """Read the whole file. Raises LedgerUnusable for one that is damaged."""
    try:
        _check(connection)
    except sqlite3.DatabaseError as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: sqlite3.DatabaseError) -> LedgerUnusable:
    return LedgerUnusable(f"the ledger {path} is damaged: {error}", MEND)


def _ready(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Have it as it must be; one that can't be so is closed, and holds nobody up."""
    try:
        _keep_log_apart(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, path)
        if path == IN_MEMORY or path.stat().st_size <= CHECKED:
            _check(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _keep_log_apart(connection: sqlite3.Connection) -> None:
    """Write ahead: readers and a writer don't wait for each other. The change itself waits for nobody."""
    deadline = time.monotonic() + BUSY
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _make_private(path: Path) -> None:
    """Have the file, closed to others: SQLite gives its own files the mode that this one has."""
    try:
        _refuse_headless(path)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, files.PRIVATE_FILE))
        path.chmod(files.PRIVATE_FILE)
    except OSError as error:
        raise LedgerError(f"cannot open the ledger {path}: {error.strerror}") from error


def _refuse_headless(path: Path) -> None:
    """SQLite would remove the write-ahead log of a file that is empty or gone, and with it the last that is known."""
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size and not (path.exists() and path.stat().st_size):
        raise LedgerUnusable(f"the ledger {path} is damaged: it is empty, and its write-ahead log is not", MEND)


def _check(connection: sqlite3.Connection) -> None:
    ((found,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise sqlite3.DatabaseError(" ".join(str(found).split()))


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise LedgerUnusable(
            f"the ledger {path} has version {version}; this bluegreen knows {len(MIGRATIONS)}",
            f"use the newer bluegreen that wrote it; or: {MEND}",
            newer=True,
        )
    if version < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        # another command may have been first meanwhile
        for statement in ";".join(MIGRATIONS[_version(connection) :]).split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    return int(version)
