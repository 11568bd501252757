"""Before Docker's API: every request that changes something, and what may come back instead of its answer."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from docker import APIClient
from requests import PreparedRequest, Response
from requests.exceptions import ConnectionError as Reset
from requests.exceptions import ReadTimeout

from tests.faults.effects import Effects

ASKS = ("/wait", "/attach", "/auth")
"""POSTs that change nothing."""


class Refused(Exception):
    """The engine answers with this status instead."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.response = Response()
        self.response.status_code = status
        self.response.reason = "Injected"
        self.response._content = json.dumps({"message": f"injected {status}"}).encode()


ERRORS: dict[str, Callable[[], Exception]] = {
    "409": lambda: Refused(409),
    "500": lambda: Refused(500),
    "timeout": lambda: ReadTimeout("injected time-out"),
    "reset": lambda: Reset(ConnectionResetError(104, "Connection reset by peer")),
}


@contextmanager
def counted_engine(effects: Effects) -> Iterator[None]:
    """Count the requests of every client within the block."""
    plain = APIClient.send

    def send(client: APIClient, request: PreparedRequest, **more: Any) -> Response:
        path = str(request.path_url).partition("?")[0]
        if request.method == "GET" or path.endswith(ASKS):
            return plain(client, request, **more)
        try:
            return effects.act("engine", str(request.method), path, lambda: plain(client, request, **more))
        except Refused as refused:
            return refused.response

    with patch.object(APIClient, "send", send):
        yield
