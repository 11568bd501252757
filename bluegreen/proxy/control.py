"""The control endpoint: nginx itself says what it serves."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse

from bluegreen.model.color import Color
from bluegreen.proxy import layout

_TIMEOUT = 1.0


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of the control endpoint."""

    generation: int
    live: Mapping[str, Color]


def ask(address: str) -> Said | None:
    """Ask which generation serves, on a connection of its own; None when there is no such answer."""
    try:
        with closing(HTTPConnection(address, layout.CONTROL, timeout=_TIMEOUT)) as connection:
            response = _get(connection, "/")
            raw = json.loads(response.read()) if response.status == 200 else {}
            return Said(raw["generation"], {name: Color(color) for name, color in raw["live"].items()})
    except (OSError, HTTPException, ValueError, KeyError):
        return None


def address_of(address: str, upstream: str) -> str:
    """Ask which `address:port` nginx would try first for an upstream; its name or "" while it knows none."""
    try:
        with closing(HTTPConnection(address, layout.CONTROL, timeout=_TIMEOUT)) as connection:
            return _get(connection, f"/slots/{upstream}").getheader("X-Address") or ""
    except (OSError, HTTPException):
        return ""


def _get(connection: HTTPConnection, path: str) -> HTTPResponse:
    connection.request("GET", path, headers={"Host": layout.CONTROL_NAME})
    return connection.getresponse()
