"""Who does this, from where, at which commit: for the lock, the history and the audit."""

import getpass
import os
import socket
import subprocess
from pathlib import Path

from bluegreen.ledger.records import Author

COMMIT_VARIABLES = ("BLUEGREEN_COMMIT", "GITHUB_SHA", "CI_COMMIT_SHA")
RUN_VARIABLES = ("BLUEGREEN_RUN", "CI_JOB_URL", "BUILD_URL", "CIRCLE_BUILD_URL", "BUILDKITE_BUILD_URL")
GIT_DEADLINE = 5.0


def author(command: str, folder: Path) -> Author:
    """Describe who runs `command` for the project in `folder`."""
    who = os.environ.get("SUDO_USER") or os.environ.get("GITHUB_ACTOR") or _user()
    return Author(f"{who}@{socket.gethostname()}", _origin(), command, _commit(folder))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def _origin() -> str:
    run = _run()
    if run or os.environ.get("CI"):
        return f"ci {run}".rstrip()
    client = os.environ.get("SSH_CONNECTION", "").split()
    return f"ssh {client[0]}" if client else "terminal"


def _run() -> str:
    """Say which run of which pipeline this is, as an address where it has one."""
    known = os.environ.get
    if known("GITHUB_RUN_ID"):
        return (
            f"{known('GITHUB_SERVER_URL', '')}/{known('GITHUB_REPOSITORY', '')}/actions/runs/{known('GITHUB_RUN_ID')}"
        )
    return next((value for name in RUN_VARIABLES if (value := known(name))), "")


def _commit(folder: Path) -> str:
    for variable in COMMIT_VARIABLES:
        if value := os.environ.get(variable):
            return value
    git = ("git", "-C", str(folder), "rev-parse", "--verify", "--quiet", "HEAD")
    try:
        done = subprocess.run(git, capture_output=True, text=True, timeout=GIT_DEADLINE, check=False)  # noqa: S603 - fixed words and a folder
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
