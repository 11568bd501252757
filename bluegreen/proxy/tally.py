"""Counting answers in nginx's access log, as they come."""

from collections import Counter
from collections.abc import Callable, Iterator
from threading import Lock, Thread

from bluegreen.model.color import Color
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import Tallies, Tally

_BEGINNING = '{"service":"'
_COLORS = {color.value: color for color in Color}


def counted(line: str) -> tuple[str, Color, int, bool] | None:
    """Read service, color, generation, and whether an attempt at this color failed; None for any other line.

    The first attempt is the color's own; a backup is tried only after it.
    """
    if not line.startswith(_BEGINNING):
        return None
    # service, color, generation, status and upstream_status come first, and none of them holds a quote.
    parts = line.split('"', 16)
    if len(parts) < 17 or parts[7] not in _COLORS:
        return None
    attempts = parts[15] or parts[12][1:]
    return parts[3], _COLORS[parts[7]], int(parts[10][1:-1]), attempts.startswith("5")


class Counting:
    """Follows a log from another thread and counts the lines of one generation and later ones."""

    def __init__(self, follow: Callable[[float], Iterator[str]], since: float, generation: int) -> None:
        self.since = since
        self._generation = generation
        self._requests: Counter[tuple[str, Color]] = Counter()
        self._failed: Counter[tuple[str, Color]] = Counter()
        self._lock = Lock()
        Thread(target=self._run, args=(follow,), daemon=True, name="tally").start()

    def tallies(self) -> Tallies:
        """Return what was counted so far."""
        with self._lock:
            return {key: Tally(count, self._failed[key]) for key, count in self._requests.items()}

    def _run(self, follow: Callable[[float], Iterator[str]]) -> None:
        try:
            for line in follow(self.since):
                if (seen := counted(line)) and seen[2] >= self._generation:
                    self._add(seen[0], seen[1], failed=seen[3])
        except EngineError:
            return

    def _add(self, service: str, color: Color, *, failed: bool) -> None:
        with self._lock:
            self._requests[service, color] += 1
            self._failed[service, color] += failed
