"""What goes wrong on purpose."""

import os
import threading
import time
from collections.abc import Callable

from .knobs import Knobs, Unready
from .message import Response, as_json

PIECE = 16 * 1024**2
PIECES = 64
HEALTH = "/health"


class Faults:
    """A server's faults; the clock starts when it is made."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._started = time.monotonic()
        self._requests = 0

    def on(self, path: str) -> Response | None:
        """What a request gets instead of its answer, if anything; the process may end here."""
        knobs = self._knobs
        self._requests += path != HEALTH
        if knobs.ready_mode is Unready.STATUS and not self._elapsed(knobs.ready_delay):
            return as_json({"error": "not ready"}, 503)
        if path == HEALTH and knobs.fail_health:
            return as_json({"status": "failing"}, 500)
        if path in ("/", HEALTH) and knobs.wrong_body:
            return Response(b"It works!\n", content_type="text/plain")
        return None if path == HEALTH else self._on_work()

    def _on_work(self) -> Response | None:
        knobs = self._knobs
        if self._served(knobs.exit_after_requests):
            os._exit(1)
        if self._served(knobs.fail_after_requests) or self._elapsed(knobs.fail_after_seconds):
            return as_json({"error": "failing"}, 500)
        return None

    def _served(self, limit: int | None) -> bool:
        return limit is not None and self._requests > limit

    def _elapsed(self, seconds: float | None) -> bool:
        return seconds is not None and time.monotonic() - self._started >= seconds


def arm(knobs: Knobs) -> None:
    """Start the clocks of what befalls the whole process."""
    if knobs.exit_after_seconds is not None:
        _later(knobs.exit_after_seconds, lambda: os._exit(1))
    if knobs.oom_after_seconds is not None:
        _later(knobs.oom_after_seconds, _take_memory)


def _later(seconds: float, what: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, what)
    timer.daemon = True
    timer.start()


def _take_memory() -> None:
    taken = []
    for _ in range(PIECES):
        taken.append(b"x" * PIECE)
        time.sleep(0.01)
    threading.Event().wait()
