"""The user's commands, for real."""

import os
import time
from pathlib import Path

import pytest

from bluegreen.hooks import HostHooks
from tests.waiting import wait_until


def run(folder: Path, *argv: str, timeout: float = 10.0, **environment: str) -> tuple[str, list[str]]:
    lines: list[str] = []
    return HostHooks(folder).run(argv, environment, timeout, lines.append, lambda: False), lines


def test_it_runs_in_the_folder_without_a_shell(tmp_path: Path) -> None:
    (tmp_path / "say").write_text('#!/bin/sh\npwd\necho "$1" >&2\n')
    (tmp_path / "say").chmod(0o755)
    assert run(tmp_path, "./say", "$HOME; id") == ("", [str(tmp_path), "$HOME; id"])


def test_it_has_path_home_and_what_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", "secret")
    _, lines = run(tmp_path, "env", BLUEGREEN_HOOK="smoke", PATH="/evil")
    told = dict(line.split("=", 1) for line in lines)
    assert told == {"BLUEGREEN_HOOK": "smoke", "PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}


def test_its_status_is_its_failure(tmp_path: Path) -> None:
    assert run(tmp_path, "sh", "-c", "exit 3")[0] == "ended with status 3"
    assert run(tmp_path, "sh", "-c", "kill -9 $$")[0] == "was killed by SIGKILL"


@pytest.mark.parametrize(
    ("argv", "why"), [("absent", "No such file"), (".", "Permission denied"), ("a\0b", "null byte")]
)
def test_what_cannot_be_started_failed(tmp_path: Path, argv: str, why: str) -> None:
    problem, lines = run(tmp_path, argv)
    assert problem.startswith("could not be started: ")
    assert why in problem
    assert lines == []


def test_its_output_is_harmless_and_its_lines_are_bounded(tmp_path: Path) -> None:
    _, lines = run(tmp_path, "printf", r"\033[31mred\033[0m\r\n\377\n%09000d", "0")
    assert lines[:2] == ["red", "\N{REPLACEMENT CHARACTER}"]
    assert [len(line) for line in lines[2:]] == [4096, 4096, 808]


def test_at_the_time_limit_all_that_it_started_is_killed(tmp_path: Path) -> None:
    began = time.monotonic()
    problem, lines = run(tmp_path, "sh", "-c", "sleep 60 & echo $!; wait", timeout=0.3)
    assert problem == "did not end within 0.3 s and was killed"
    assert time.monotonic() - began < 3
    wait_until(lambda: not running(int(lines[0])), "the child is gone")


def test_called_off_it_is_killed(tmp_path: Path) -> None:
    lines: list[str] = []
    argv = ("sh", "-c", "echo begun; exec sleep 60")
    assert HostHooks(tmp_path).run(argv, {}, 60, lines.append, lambda: bool(lines)) == "was called off"


def test_what_it_leaves_running_holds_nothing_up(tmp_path: Path) -> None:
    began = time.monotonic()
    problem, lines = run(tmp_path, "sh", "-c", "sleep 60 & echo $!")
    assert problem == ""
    assert time.monotonic() - began < 3
    wait_until(lambda: not running(int(lines[0])), "the child is gone")


def running(pid: int) -> bool:
    """Whether a process is there and not just waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
