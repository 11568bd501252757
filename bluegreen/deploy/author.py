"""Who does this, from where, for what: for the lock, the history, the audit and the release policy."""

import getpass
import os
import socket
from dataclasses import replace
from pathlib import Path

from bluegreen.deploy.ci import from_environment
from bluegreen.git import Repository
from bluegreen.ledger.records import Author
from bluegreen.model.errors import CommandError
from bluegreen.model.occasion import Occasion


def author(command: str, folder: Path) -> Author:
    """Describe who runs `command` for the project in `folder`."""
    now = from_environment(os.environ)
    who = os.environ.get("SUDO_USER") or now.actor or _user()
    return Author(f"{who}@{socket.gethostname()}", _origin(now), command, now.commit or commit_here(folder))


def occasion(folder: Path, ref: str = "", commit: str = "") -> Occasion:
    """Say what a deployment is for: the options' word, then the CI's, then git's of the checkout in `folder`."""
    found, head = from_environment(os.environ), commit_here(folder)
    found = replace(found, commit=commit or found.commit or head)
    if ref:
        return replace(found, refs=(ref,), told_by="--ref")
    if found.refs or not head or found.commit != head:
        return found
    return replace(found, refs=Repository(folder).refs(), told_by="git")


def commit_here(folder: Path) -> str:
    """Return the commit that is checked out, "" where git knows none."""
    try:
        return Repository(folder).commit("HEAD")
    except CommandError:
        return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid())


def _origin(now: Occasion) -> str:
    if now.ci or now.run:
        return f"ci {now.run}".rstrip()
    client = os.environ.get("SSH_CONNECTION", "").split()
    return f"ssh {client[0]}" if client else "terminal"
