"""The ledger's file, when it is made."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bluegreen.ledger.schema import MIGRATIONS, connect

AT_ONCE = 8


def test_several_commands_may_make_it_at_once(tmp_path: Path) -> None:
    """Each finds it whole, whoever was first."""
    for number in range(10):
        path = tmp_path / f"{number}.sqlite3"
        together = threading.Barrier(AT_ONCE)

        def opened(path: Path = path, together: threading.Barrier = together) -> sqlite3.Connection:
            together.wait()
            return connect(path)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            connections = [each.result() for each in [pool.submit(opened) for _ in range(AT_ONCE)]]
        for connection in connections:
            assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
            connection.close()
