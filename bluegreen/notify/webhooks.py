"""All addresses that are told, each on a thread of its own: whatever they do, the deployment goes on."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from bluegreen.model.notice import Notice
from bluegreen.model.notify import Notification
from bluegreen.notify.delivery import Undelivered, deliver
from bluegreen.notify.shapes import body
from bluegreen.ownership import fault

LAST_WORDS = 15.0
"""Seconds that the end of a command waits for what is still on its way."""


class Webhooks:
    """Implements `bluegreen.model.ports.Notifier`; relative paths start in `folder`."""

    def __init__(self, wanted: Sequence[Notification], folder: Path) -> None:
        self._lines = [_Line(f"notify[{index}]", each, folder) for index, each in enumerate(wanted)]

    def tell(self, notice: Notice) -> None:
        for line in self._lines:
            line.put(notice)

    def close(self) -> tuple[str, ...]:
        deadline = time.monotonic() + LAST_WORDS
        # who is interrupted waits no longer; what was done stays done
        with suppress(KeyboardInterrupt):
            for line in self._lines:
                line.end()
            for line in self._lines:
                line.wait(deadline)
        return tuple(problem for line in self._lines for problem in line.problems())


class _Line:
    """What goes to one address, one message after the other."""

    def __init__(self, name: str, wanted: Notification, folder: Path) -> None:
        self._name = name
        self._wanted = wanted
        self._folder = folder
        self._queue: SimpleQueue[Notice | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._failed: list[str] = []

    def put(self, notice: Notice) -> None:
        if notice.event not in self._wanted.on:
            return
        if self._thread is None:
            self._thread = Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._queue.put(notice)

    def end(self) -> None:
        """Take nothing more."""
        self._queue.put(None)

    def wait(self, deadline: float) -> None:
        """Wait until the last is delivered."""
        if self._thread:
            self._thread.join(max(0.0, deadline - time.monotonic()))

    def problems(self) -> list[str]:
        late = ["it did not take everything in time"] if self._thread and self._thread.is_alive() else []
        return [f"{self._name}: {why}" for why in (*self._failed, *late)]

    def _work(self) -> None:
        while notice := self._queue.get():
            try:
                self._deliver(notice)
            except Undelivered as error:
                self._failed.append(f"{notice.event} was not delivered{self._host()}: {error}")

    def _deliver(self, notice: Notice) -> None:
        url = self._value(self._wanted.url, self._wanted.url_file)
        secret = self._value(self._wanted.secret, self._wanted.secret_file)
        deliver(url, body(notice, self._wanted.format), secret, notice.id)

    def _value(self, said: str | None, file: str | None) -> str:
        """Return what services.yaml says, or what is in the file that it names."""
        if file is None:
            return said or ""
        path = self._folder / file
        try:
            if wrong := fault(path, file=True):
                raise Undelivered(f"refuse to use {wrong}")
            found = path.read_text().strip()
        except (OSError, ValueError) as error:
            raise Undelivered(f"cannot read {path}: {getattr(error, 'strerror', None) or 'no text'}") from None
        if not found:
            raise Undelivered(f"{path} is empty")
        return found

    def _host(self) -> str:
        """Name the host alone: the rest of an address may be a secret."""
        with suppress(ValueError):
            if host := urlsplit(self._wanted.url or "").hostname:
                return f" to {host}"
        return ""
