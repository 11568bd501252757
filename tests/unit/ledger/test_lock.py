"""One command at a time."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bluegreen.ledger.lock import holder, locked
from bluegreen.ledger.records import Author
from bluegreen.model.errors import LockHeld

ALICE, BOB = Author("alice@shop1", "terminal", "bluegreen deploy"), Author("bob@shop1", "ci", "bluegreen rollback")
HOLD = """
import sys, time
from pathlib import Path
from bluegreen.ledger.lock import locked
from bluegreen.ledger.records import Author
with locked(Path(sys.argv[1]), Author("carol@shop1", "ci", "bluegreen deploy"), 0.0):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", ALICE, 0.0), pytest.raises(LockHeld) as caught, locked(tmp_path / "lock", BOB, 0.0):
        pass
    assert f"alice@shop1, pid {os.getpid()}, since " in caught.value.message
    assert caught.value.message.endswith(": bluegreen deploy")


def test_it_is_free_again_afterwards(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", ALICE, 0.0):
        assert "alice" in holder(tmp_path / "lock")
    assert holder(tmp_path / "lock") == ""
    with locked(tmp_path / "lock", BOB, 0.0):
        pass


def test_nobody_holds_a_lock_that_was_never_taken(tmp_path: Path) -> None:
    assert holder(tmp_path / "lock") == ""


def test_a_holder_that_is_killed_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        assert "carol@shop1" in holder(path)
        process.send_signal(signal.SIGKILL)
        with locked(path, BOB, 10.0):
            assert "bob" in holder(path)


def test_waiting_ends_at_its_deadline(tmp_path: Path) -> None:
    begun = time.monotonic()
    with (
        locked(tmp_path / "lock", ALICE, 0.0),
        pytest.raises(LockHeld, match="alice"),
        locked(tmp_path / "lock", BOB, 0.2),
    ):
        pass
    assert 0.2 <= time.monotonic() - begun < 5


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to("elsewhere")
    with pytest.raises(OSError, match="symbolic links"), locked(tmp_path / "lock", ALICE, 0.0):
        pass
    assert not (tmp_path / "elsewhere").exists()
