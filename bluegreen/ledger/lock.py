"""One command at a time: an flock, so a holder that dies blocks nobody."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bluegreen.ledger.records import Author
from bluegreen.model.errors import LockHeld

POLL = 0.05


@contextmanager
def locked(path: Path, author: Author, wait: float, waiting: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the project's lock. Waits up to `wait` seconds, then raises LockHeld naming the holder.

    `waiting` is told once who is waited for.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        if not _taken(descriptor):
            if wait and waiting:
                waiting(_holder(descriptor))
            _take(descriptor, time.monotonic() + wait)
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
        return "" if _taken(descriptor) else _holder(descriptor)
    finally:
        os.close(descriptor)


def _take(descriptor: int, deadline: float) -> None:
    while not _taken(descriptor):
        if time.monotonic() >= deadline:
            raise LockHeld(
                f"another command works on this project: {_holder(descriptor)}",
                "wait for it with --wait-lock, or end it",
            )
        time.sleep(POLL)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int, author: Author) -> None:
    text = json.dumps({"who": author.who, "pid": os.getpid(), "since": time.time(), "command": author.command})
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _holder(descriptor: int) -> str:
    try:
        held = json.loads(os.pread(descriptor, 4096, 0))
        since = datetime.fromtimestamp(held["since"], UTC).astimezone()
        return f"{held['who']}, pid {held['pid']}, since {since:%Y-%m-%d %H:%M:%S}: {held['command']}"
    except (ValueError, KeyError, TypeError):
        return "a command that has just begun"
