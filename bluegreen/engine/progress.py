"""A pull as a few readable lines."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from bluegreen.model.text import harmless

_QUIET = 0.5
_MEGABYTE = 1e6


class Progress:
    """Turns the engine's many messages on many layers into one line at a time."""

    def __init__(self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._layers: dict[str, tuple[int, int]] = {}
        self._told = ("", clock())

    def take(self, answer: Mapping[str, Any]) -> None:
        """Take one message of the engine; tell at most twice a second what it adds up to."""
        layer, status = answer.get("id", ""), answer.get("status", "")
        if status == "Downloading":
            detail = answer.get("progressDetail") or {}
            self._layers[layer] = (detail.get("current", 0), detail.get("total", 0))
            self._say(self._sum(), patient=True)
        elif status in ("Download complete", "Already exists", "Pull complete") and layer in self._layers:
            self._layers[layer] = (self._layers[layer][1],) * 2
        elif status.startswith(("Status:", "Digest:")):
            self._say(status)

    def _sum(self) -> str:
        got, total = (sum(sizes) / _MEGABYTE for sizes in zip(*self._layers.values(), strict=True))
        return f"{got:.1f} of {total:.1f} MB in {len(self._layers)} layers"

    def _say(self, text: str, *, patient: bool = False) -> None:
        last, at = self._told
        if text != last and not (patient and self._clock() - at < _QUIET):
            self._tell(harmless(text))
            self._told = (text, self._clock())
