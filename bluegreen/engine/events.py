"""The engine's events, heard in the background."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Any

from docker import APIClient

from bluegreen.engine.client import engine_words
from bluegreen.engine.stream import Stream, opened
from bluegreen.model.container import Happening, Heard, Label
from bluegreen.model.errors import EngineError

_HEARD = {
    "start": Happening.STARTED,
    "die": Happening.DIED,
    "oom": Happening.OUT_OF_MEMORY,
    "health_status: healthy": Happening.HEALTHY,
    "health_status: unhealthy": Happening.UNHEALTHY,
}
_WHAT = "listen to the engine's events"
_PAUSE = 0.5
_JOIN = 5.0


class Events:
    """Implements `bluegreen.model.ports.Subscription`: one thread, which comes back when the engine does."""

    def __init__(self, client: APIClient, project: str, heard: Callable[[Heard], None]) -> None:
        self._client = client
        self._project = project
        self._heard = heard
        self._closed = Event()
        self._last = int(time.time())
        self._stream = self._open({})
        self._thread = Thread(target=self._hear, name="engine events", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._stream.cut()
        self._thread.join(_JOIN)

    def _open(self, since: dict[str, str | float]) -> Stream[bytes]:
        filters = {
            "type": ["container"],
            "label": [f"{Label.PROJECT}={self._project}"],
            "event": ["start", "die", "oom", "health_status"],
        }
        with engine_words(_WHAT):
            response = opened(self._client, "GET /events", None, {"filters": json.dumps(filters), **since})
        return Stream(_WHAT, response, response.iter_lines(None))

    def _hear(self) -> None:
        while True:
            with suppress(EngineError):
                for line in self._stream:
                    self._tell(json.loads(line))
            self._stream.close()
            if self._closed.wait(_PAUSE):
                return
            with suppress(EngineError):
                self._stream = self._open({"since": self._last})
            if self._closed.is_set():
                self._stream.cut()

    def _tell(self, event: dict[str, Any]) -> None:
        self._last = event["time"]
        happening, attributes = _HEARD.get(event["Action"]), event["Actor"]["Attributes"]
        if happening:
            status = int(attributes["exitCode"]) if happening is Happening.DIED else None
            self._heard(Heard(attributes["name"], happening, status))
