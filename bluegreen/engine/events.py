"""The engine's events, heard in the background."""

import contextlib
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from docker import APIClient
from docker.types import CancellableStream

from bluegreen.engine.client import engine_words
from bluegreen.model.container import Happening, Label
from bluegreen.model.errors import EngineError

_HEARD = {
    "start": Happening.STARTED,
    "die": Happening.DIED,
    "oom": Happening.OUT_OF_MEMORY,
    "health_status: healthy": Happening.HEALTHY,
    "health_status: unhealthy": Happening.UNHEALTHY,
}
_PAUSE = 0.5
_JOIN = 5.0


class Events:
    """Implements `bluegreen.model.ports.Subscription`: one thread, which comes back when the engine does."""

    def __init__(self, client: APIClient, project: str, heard: Callable[[str, Happening], None]) -> None:
        self._client = client
        self._project = project
        self._heard = heard
        self._closed = Event()
        self._since = int(time.time())
        self._stream = self._open()
        self._thread = Thread(target=self._hear, name="engine events", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        with contextlib.suppress(OSError):
            self._stream.close()
        self._thread.join(_JOIN)

    def _open(self) -> "CancellableStream[dict[str, Any]]":
        with engine_words("listen to the engine's events"):
            return self._client.events(
                since=self._since,
                filters={
                    "type": "container",
                    "label": f"{Label.PROJECT}={self._project}",
                    "event": ["start", "die", "oom", "health_status"],
                },
                decode=True,
            )

    def _hear(self) -> None:
        while True:
            with contextlib.suppress(EngineError), engine_words("listen to the engine's events"):
                for event in self._stream:
                    self._tell(event)
            if self._closed.wait(_PAUSE):
                return
            with contextlib.suppress(EngineError):
                self._stream = self._open()

    def _tell(self, event: dict[str, Any]) -> None:
        self._since = int(event["time"])
        happening = _HEARD.get(event["Action"])
        if happening:
            self._heard(event["Actor"]["Attributes"]["name"], happening)
