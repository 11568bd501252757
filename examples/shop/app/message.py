"""HTTP/1.1 as a server reads and writes it."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

HEADER = re.compile(rb"\r\n([^:\r\n]+):[ \t]*([^\r\n]*)")
BODY_KEPT = 1024**2
REASONS = {status.value: status.phrase for status in HTTPStatus}


class BadRequest(Exception):
    """What came is not a request that can be understood."""


@dataclass(slots=True)
class Request:
    """One request; of a long body only the beginning is kept, but all of it is counted and hashed."""

    method: str
    url: str
    """Path and query as they came."""
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    keep_alive: bool
    chunks: bool
    """Whether the client can read a chunked answer."""
    body: bytearray = field(default_factory=bytearray)
    length: int = 0
    _hash: Any = field(default_factory=hashlib.sha256, init=False, repr=False)

    @classmethod
    def parse(cls, head: bytes) -> "Request":
        """Read everything before the empty line.

        Raises `BadRequest`.
        """
        line = head.partition(b"\r\n")[0].decode("latin-1")
        method, _, rest = line.partition(" ")
        url, _, version = rest.partition(" ")
        if not version.startswith("HTTP/1."):
            raise BadRequest(f"not a request line: {line[:80]!r}")
        path, _, query = url.partition("?")
        headers = {name.lower().decode("latin-1"): value.decode("latin-1") for name, value in HEADER.findall(head)}
        wish = headers.get("connection", "").lower()
        modern = version == "HTTP/1.1"
        keep_alive = wish != "close" if modern else wish == "keep-alive"
        return cls(method, url, path, dict(parse_qsl(query)), headers, keep_alive, modern)

    @property
    def sha256(self) -> str:
        """The whole body's hash."""
        return str(self._hash.hexdigest())

    def take(self, piece: bytes | bytearray) -> None:
        """The next piece of the body."""
        self.length += len(piece)
        self._hash.update(piece)
        self.body += piece[: BODY_KEPT - len(self.body)]


@dataclass(frozen=True, slots=True)
class Response:
    """One whole answer."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def as_json(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(json.dumps(data).encode() + b"\n", status, headers or {})


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """The beginning of an answer."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {REASONS[status]}\r\n{lines}\r\n".encode("latin-1")
