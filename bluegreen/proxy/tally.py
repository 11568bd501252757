"""Counting answers in nginx's access log, as they come."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import NamedTuple

from bluegreen.model.color import Color
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import Tallies, Tally

_BEGINNING = '{"service":"'
_COLORS = {color.value: color for color in Color}
_PAUSE = 0.5

Key = tuple[str, Color]
Follow = Callable[[float], Iterator[str]]
"""Yields a log's lines since a Unix time, as they come."""


class Counted(NamedTuple):
    """One answer."""

    key: Key
    generation: int
    failed: bool
    """Whether an attempt at this color failed: the first one is its own, a backup is tried only after it."""


def counted(line: str) -> Counted | None:
    """Read one line of the access log; None for any other, and for answers that no color had a part in."""
    if not line.startswith(_BEGINNING):
        return None
    # service, color, generation, status and upstream_status come first, and none of them holds a quote
    parts = line.split('"', 16)
    if len(parts) < 17 or parts[7] not in _COLORS:
        return None
    attempts = parts[15] or parts[12][1:]
    return Counted((parts[3], _COLORS[parts[7]]), int(parts[10][1:-1]), attempts.startswith("5"))


class Counting:
    """Follows a log from another thread and counts the lines of one generation and later ones."""

    def __init__(self, follow: Follow, since: float, generation: int) -> None:
        self.since = since
        self._follow = follow
        self._generation = generation
        self._requests: Counter[Key] = Counter()
        self._failed: Counter[Key] = Counter()
        self._lock = Lock()
        self._stopped = Event()
        Thread(target=self._run, daemon=True, name="tally").start()

    def tallies(self) -> Tallies:
        """Return what was counted so far."""
        with self._lock:
            return {key: Tally(count, self._failed[key]) for key, count in self._requests.items()}

    def stop(self) -> None:
        """Count no more; the thread ends with the next line."""
        self._stopped.set()

    def _run(self) -> None:
        since = self.since
        while not self._stopped.is_set():
            with suppress(EngineError):
                self._count(since)
            # nginx was silent for long, or restarted
            since = time.time()
            self._stopped.wait(_PAUSE)

    def _count(self, since: float) -> None:
        for line in self._follow(since):
            if self._stopped.is_set():
                return
            if (seen := counted(line)) and seen.generation >= self._generation:
                with self._lock:
                    self._requests[seen.key] += 1
                    self._failed[seen.key] += seen.failed
