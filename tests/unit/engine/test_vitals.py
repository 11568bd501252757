"""When a container counts as dead."""

from dataclasses import replace
from typing import Any

import pytest

from bluegreen.model.container import State, Vitals

WELL = Vitals(
    state=State.RUNNING,
    exit_code=0,
    oom_killed=False,
    restarts=0,
    started_at="2026-01-01T00:00:01Z",
    pid=7,
    health=None,
    address="10.0.0.2",
)
RESTARTED = replace(WELL, restarts=1, started_at="2026-01-01T00:00:09Z")
MEMORY = "ran out of memory (the kernel killed it at its mem_limit)"


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (None, {}, None),
        (WELL, {}, None),
        (None, {"state": State.PAUSED}, None),
        (WELL, {"state": State.EXITED, "exit_code": 1}, "exited with status 1"),
        (WELL, {"state": State.EXITED, "exit_code": 0}, "exited with status 0"),
        (WELL, {"state": State.EXITED, "exit_code": 139}, "exited with status 139 (SIGSEGV)"),
        (
            WELL,
            {"state": State.DEAD, "exit_code": 137},
            "exited with status 137 (SIGKILL: out of memory, or killed by hand)",
        ),
        (WELL, {"state": State.RESTARTING, "exit_code": 3}, "exited with status 3 and was restarted"),
        (WELL, {"state": State.REMOVING}, "was removed"),
        (None, {"restarts": 1}, "was restarted"),
        (WELL, {"restarts": 1}, "was restarted"),
        (WELL, {"started_at": "2026-01-01T00:00:05Z"}, "was restarted"),
        (WELL, {"oom_killed": True}, MEMORY),
        (None, {"oom_killed": True, "state": State.EXITED, "exit_code": 137}, MEMORY),
        (replace(WELL, oom_killed=True), {"oom_killed": True}, None),
        (replace(WELL, oom_killed=True), {"oom_killed": True, "restarts": 1}, MEMORY),
    ],
)
def test_a_container_died(before: Vitals | None, now: dict[str, Any], reason: str | None) -> None:
    assert replace(WELL, **now).died(before) == reason


def test_what_it_went_through_before_the_watch_is_not_held_against_it() -> None:
    assert RESTARTED.died(RESTARTED) is None


def test_the_status_of_one_that_runs_again_is_known_from_hearing() -> None:
    assert RESTARTED.died(WELL, 5) == "exited with status 5 and was restarted"
    assert WELL.died(WELL, 5) is None
