"""How fast attempts follow one another."""

FIRST = 0.05
FACTOR = 1.01
"""What becomes ready is found within a hundredth of the time that it took, and the first pause."""


class Pace:
    """Pauses, in seconds, that start short and grow to a ceiling; a change of the outcome starts anew."""

    def __init__(self, ceiling: float, first: float = FIRST, factor: float = FACTOR) -> None:
        self._ceiling = ceiling
        self._first = first
        self._factor = factor
        self._next = first
        self._ok = False

    def after(self, *, ok: bool) -> float:
        """Return the pause after an attempt that went well or not."""
        if ok is not self._ok:
            self._ok, self._next = ok, self._first
        pause, self._next = self._next, self._next * self._factor
        return min(pause, self._ceiling)
