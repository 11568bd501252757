"""Ctrl-C, SIGTERM, and a terminal that is gone, while a deployment is under way.

The first one is noted, for the deployment to end soundly. The second ends the process on the spot, which is as sound
as `kill -9`: the next command finishes or undoes the rest.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from types import FrameType

from bluegreen.model.deployment import Request
from bluegreen.model.errors import Interrupted

REQUESTS = {
    signal.SIGINT: Request.INTERRUPT,
    signal.SIGTERM: Request.INTERRUPT,
    signal.SIGHUP: Request.HANG_UP,
}
TWICE = 0.1
"""Seconds within which a second signal is the first one's echo: some send it to the process and to its group."""
POLL = 0.05
SHOW_CURSOR = "\x1b[?25h"


class Interruption:
    """Whether a signal came; who waits for anything waits here, and is woken by it."""

    def __init__(self) -> None:
        self.request: Request | None = None
        self._noted_at = 0.0
        # alone among these, it may be filled by a signal handler that interrupts its own reader
        self._news: SimpleQueue[None] = SimpleQueue()

    def take(self, number: int, _frame: FrameType | None = None) -> None:
        """Note the first signal, leave at the second; a terminal that is gone says so more than once."""
        again = self.request is Request.INTERRUPT and time.monotonic() - self._noted_at >= TWICE
        request = REQUESTS[signal.Signals(number)]
        if again and request is Request.INTERRUPT:
            _say("interrupted again: the next `bluegreen deploy` finishes or undoes the rest")
            os._exit(Interrupted.exit_status)
        if self.request is None or request is Request.INTERRUPT:
            self.request = request
            self._noted_at = time.monotonic()
            _say("interrupted: ending soundly; once more ends at once")
        self.wake()

    def wake(self) -> None:
        """Have the one who waits look again; called from any thread."""
        self._news.put(None)

    def wait(self, seconds: float) -> None:
        """Sleep until there is news, at most `seconds`."""
        with suppress(Empty):
            self._news.get(timeout=seconds)
            while True:
                self._news.get_nowait()

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """Call `end`, from another thread, as soon as a signal came, and again until the block is over."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(POLL):
                if self.request:
                    end()

        threading.Thread(target=watch, name="ending", daemon=True).start()
        try:
            yield
        finally:
            over.set()


@contextmanager
def interruptible(interruption: Interruption) -> Iterator[None]:
    """Note signals within the block; what was ignored from outside, as by nohup, stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heeded = [number for number in REQUESTS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interruption.take) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    """Print, past all buffers and locks; the display on a terminal may have hidden the cursor."""
    with suppress(OSError):
        os.write(2, f"{SHOW_CURSOR}\n{text}\n".encode() if os.isatty(2) else f"{text}\n".encode())
