"""Programs of the host, with real processes."""

import os
import time
from pathlib import Path

import pytest

from bluegreen.host import LONGEST, run
from bluegreen.model.errors import CommandError
from tests.waiting import wait_until


def test_a_program_ends_with_its_status_and_what_it_printed(tmp_path: Path) -> None:
    ended = run(["sh", "-c", "pwd; echo $COLOR >&2; exit 3"], tmp_path, 5, {"COLOR": "green"})
    assert (ended.status, ended.lines) == (3, (str(tmp_path), "green"))


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    assert run(["echo", "$HOME; *"], tmp_path, 5).lines == ("$HOME; *",)


def test_a_signal_is_a_negative_status(tmp_path: Path) -> None:
    assert run(["sh", "-c", "kill -9 $$"], tmp_path, 5).status == -9


def test_it_reads_nothing_and_can_not_steer_the_terminal(tmp_path: Path) -> None:
    assert run(["sh", "-c", "cat; printf '\\033[2Jred\\a'"], tmp_path, 5).lines == ("red",)


def test_of_much_output_the_end_is_kept(tmp_path: Path) -> None:
    lines = run(["sh", "-c", "yes 0123456 | head -c 200000; echo end"], tmp_path, 5).lines
    assert lines[-1] == "end"
    assert sum(len(line) + 1 for line in lines) <= LONGEST


def test_a_program_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(CommandError, match=r"sh did not end within 0.3 s and was killed"):
        run(["sh", "-c", "sleep 60 & echo $! > child; wait"], tmp_path, 0.3)
    assert time.monotonic() - begun < 5
    child = int((tmp_path / "child").read_text())
    wait_until(lambda: _gone(child), "the child is gone")


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot run nobody-has-this: No such file") as caught:
        run(["nobody-has-this"], tmp_path, 5)
    assert caught.value.hint == "is nobody-has-this installed on this host?"


def _gone(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z" or os.getpgid(pid) == 0
