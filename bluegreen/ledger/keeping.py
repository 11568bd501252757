"""Keeping a file aside that can't be used."""

from datetime import UTC, datetime
from pathlib import Path

from bluegreen import files
from bluegreen.ledger.database import NAME


def keep_aside(state: Path, now: float) -> Path:
    """Rename the ledger's file, its write-ahead log with it; return what it is called then. Raises StateError.

    The log goes first: SQLite would remove one that has lost its file.
    """
    aside = state / f"{NAME}.kept-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}"
    for suffix in ("-wal", "-shm", ""):
        path = state / f"{NAME}{suffix}"
        if path.exists():
            files.rename(path, aside.with_name(f"{aside.name}{suffix}"))
    return aside
