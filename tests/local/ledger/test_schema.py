"""The ledger's file, when it is made."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bluegreen.ledger.schema import MIGRATIONS, connect, verify
from bluegreen.model.errors import LedgerUnusable

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


def test_a_large_file_is_read_as_a_whole_only_when_that_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(connect(path)) as made:
        made.execute("INSERT INTO audit VALUES (1.0, 'a', 'b', 'c', 'd')")
        ((page,),) = made.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'").fetchall()
    content = bytearray(path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with pytest.raises(LedgerUnusable):
        connect(path)
    monkeypatch.setattr("bluegreen.ledger.schema.CHECKED", 0)
    with closing(connect(path)) as large, pytest.raises(LedgerUnusable):
        verify(large, path)
