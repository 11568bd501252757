"""One command at a time: an flock, so a holder that dies blocks nobody."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bluegreen import files
from bluegreen.ledger.records import Author
from bluegreen.model.errors import LockHeld

POLL = 0.01
GLANCE = 0.2
"""Seconds: whoever only asks who holds the lock has it for a moment, too."""


@contextmanager
def locked(path: Path, author: Author, wait: float, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the project's lock. Waits up to `wait` seconds, then raises LockHeld naming the holder.

    `waiting` is told once who is waited for.
    """
    with files.changing(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        begun = time.monotonic()
        if not _taken_by(descriptor, begun + GLANCE):
            if wait and waiting:
                waiting(_holder(descriptor))
            if not _taken_by(descriptor, begun + wait):
                raise LockHeld(
                    f"another command works on this project: {_holder(descriptor)}",
                    "wait for it with --wait-lock 5m, or end it",
                )
        with files.changing(path):
            _sign(descriptor, author)
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> str:
    """Say which command works on the project now, "" when none does."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return ""
    try:
        return "" if _taken(descriptor, fcntl.LOCK_SH) else _holder(descriptor)
    finally:
        os.close(descriptor)


def _taken_by(descriptor: int, deadline: float) -> bool:
    while not _taken(descriptor, fcntl.LOCK_EX):
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL)
    return True


def _taken(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int, author: Author) -> None:
    about = {"who": author.who, "origin": author.origin, "pid": os.getpid(), "since": time.time()}
    text = json.dumps({**about, "command": author.command}).encode()
    os.pwrite(descriptor, text, 0)
    os.ftruncate(descriptor, len(text))


def _holder(descriptor: int) -> str:
    try:
        held = json.loads(os.pread(descriptor, 4096, 0))
        since = datetime.fromtimestamp(held["since"], UTC).astimezone()
        who = f"{held['who']} ({held['origin']}), pid {held['pid']}"
        return f"{who}, since {since:%Y-%m-%d %H:%M:%S}: {held['command']}"
    except (ValueError, KeyError, TypeError):
        return "a command that has just begun"
