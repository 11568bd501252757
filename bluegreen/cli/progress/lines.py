"""Progress as plain lines, for logs."""

import threading
from contextlib import suppress
from typing import TextIO

from bluegreen.cli import words
from bluegreen.cli.output import inert
from bluegreen.cli.progress.told import is_output, output_line, said
from bluegreen.deploy.reporter import Event, Phase

APART = 1.0
"""Seconds between two notes of one step."""


class LineProgress:
    """A line for each step that starts or ends, and for what is new within it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._last: dict[tuple[str, str], Event] = {}

    def tell(self, event: Event) -> None:
        """Print an event, unless it says nothing new."""
        with self._lock:
            if is_output(event):
                self._print(event, output_line(event))
            elif self._is_news(event):
                self._last[event.service, event.step] = event
                self._print(event, _line(event))

    def _is_news(self, event: Event) -> bool:
        last = self._last.get((event.service, event.step))
        if event.phase is not Phase.NOTE or last is None:
            return True
        return event.detail != last.detail and event.at - last.at >= APART

    def _print(self, event: Event, text: str) -> None:
        # a deployment must not end because nobody reads any more
        with suppress(OSError):
            print(f"{words.clock(event.at)} {inert(text)}", file=self._stream, flush=True)


def _line(event: Event) -> str:
    what = ": ".join(filter(None, (event.service, event.step, said(event))))
    return f"{what} …" if event.phase is Phase.STARTED else what
