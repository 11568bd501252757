"""One command at a time."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bluegreen.ledger.lock import holder, locked
from bluegreen.ledger.records import Author
from bluegreen.model.errors import LockHeld, StateError
from tests.waiting import wait_until

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
    assert f"alice@shop1 (terminal), pid {os.getpid()}, since " in caught.value.message
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


def test_a_child_of_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    parent = HOLD.replace(
        "print(", "import subprocess; child = subprocess.Popen(['sleep', '60'])\n    print(child.pid); print("
    )
    with subprocess.Popen([sys.executable, "-c", parent, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.wait()
        try:
            os.kill(child, 0)
            with locked(path, BOB, 0.0):
                pass
        finally:
            os.kill(child, signal.SIGKILL)


def test_who_only_asks_keeps_nobody_out_and_is_nobody_s_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path, ALICE, 0.0):
        pass
    heard: list[str] = []
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.001):
            heard.append(holder(path))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    try:
        wait_until(lambda: len(heard) > 400, "they asked")
        assert set(heard) == {""}
        for _ in range(20):
            with locked(path, BOB, 0.0):
                pass
    finally:
        over.set()
        for asker in askers:
            asker.join()


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
    with pytest.raises(StateError, match="symbolic links"), locked(tmp_path / "lock", ALICE, 0.0):
        pass
    assert not (tmp_path / "elsewhere").exists()
