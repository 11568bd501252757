"""Who does this, from where, for what: for the lock, the history, the audit and the release policy."""

import getpass
import os
import socket
from dataclasses import replace
from pathlib import Path

from bluegreen.deploy.ci import OURS, from_environment
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
    """Say what a deployment is for: the options' word, then the CI's, then git's of the checkout in `folder`.

    The tag or branch that a CI or git names is that of its own commit, and of no other.
    """
    said, head = from_environment(os.environ), commit_here(folder)
    found = replace(said, commit=commit or said.commit or head, refs=(), told_by="")
    if ref:
        return replace(found, refs=(ref,), told_by="--ref")
    if said.refs and (said.told_by == OURS or _same(found.commit, said.commit or head)):
        return replace(found, refs=said.refs, told_by=said.told_by)
    if head and _same(found.commit, head):
        return replace(found, refs=Repository(folder).refs(), told_by="git")
    return found


def _same(commit: str, full: str) -> bool:
    """A commit may be named by the beginning of its hash."""
    return full.startswith(commit)


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
