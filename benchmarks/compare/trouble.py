"""What a tool does with a release that never gets healthy, and when it is killed in mid-deployment."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.compare.measure import BEFORE, LIMIT
from benchmarks.compare.tool import App, Tool
from benchmarks.load import KeepAlive, Plan, running

PLAN = Plan((KeepAlive(count=8, rate=100),), seconds=300)
NEVER = 3600.0
PATIENCE = 120.0
AFTER_KILL = 4.0


@dataclass(frozen=True)
class Trouble:
    """What was seen."""

    tool: str
    what: str
    status: int | None
    """Of the command; None where it had not ended after two minutes."""
    seconds: float
    lost: int
    sent: int
    serves: str
    """The release that answered last."""
    left: Sequence[str]
    """The application's containers afterwards."""


def never_healthy(tool: Tool, app: App, release: str) -> Trouble:
    """Deploy a release that never answers."""
    with running(tool.target, PLAN) as load:
        load.go_on(BEFORE, LIMIT)
        status, seconds = ended(tool.start(replace(app, ready_delay=NEVER), "deploy", release), PATIENCE)
        lost, serves = load.progress().lost, load.progress().latest
    counts = load.report.counts()
    return Trouble(
        tool.name, "never healthy", status, seconds, counts.lost or lost, counts.sent, serves, tool.containers()
    )


def killed(tool: Tool, app: App, release: str, after: float) -> tuple[Trouble, Trouble]:
    """Kill the tool and its children after so many seconds; then deploy again."""
    with running(tool.target, PLAN) as load:
        load.go_on(BEFORE, LIMIT)
        process = tool.start(app, "deploy", release)
        time.sleep(after)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        watch(AFTER_KILL)
        left, before = tool.containers(), load.progress()
        status, seconds = ended(tool.start(app, "deploy", release), PATIENCE)
        watch(AFTER_KILL)
        end = load.progress()
    what = f"killed after {after:g} s"
    return (
        Trouble(tool.name, what, None, after, before.lost, before.answered + before.lost, before.latest, left),
        Trouble(
            tool.name, "deployed again", status, seconds, end.lost - before.lost,
            end.answered + end.lost - before.answered - before.lost, end.latest, tool.containers(),
        ),
    )  # fmt: skip


def watch(seconds: float) -> None:
    """Let the load see what happens now."""
    time.sleep(seconds)


def ended(process: "subprocess.Popen[str]", within: float) -> tuple[int | None, float]:
    """Wait for a command: its status and seconds."""
    begun = time.monotonic()
    try:
        process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None, within
    return process.returncode, time.monotonic() - begun
