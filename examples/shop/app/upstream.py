"""A client of one server that keeps its connections, as applications do, and never asks twice."""

import asyncio
import time
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from .message import HEADER, Request

IDLE_SECONDS = 4.0
TIMEOUT = 30.0
HEAD_END = b"\r\n\r\n"


class Failed(Exception):
    """The server could not be reached, or did not answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line(NamedTuple):
    """An open connection."""

    since: float
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @property
    def stale(self) -> bool:
        """Whether the server has closed it, or may be about to."""
        return time.monotonic() - self.since > IDLE_SECONDS or self.reader.at_eof() or self.writer.is_closing()


class Upstream:
    """A server at a URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or 80
        self._idle: list[Line] = []

    async def ask(self, request: Request) -> Answer:
        """Ask the same as a client asked us.

        Raises `Failed`.
        """
        try:
            async with asyncio.timeout(TIMEOUT):
                line = await self._line()
                answer = await _exchange(line, self._text(request))
        except (OSError, EOFError) as error:
            raise Failed(f"{self._host}:{self._port}: {error!r}") from error
        if "content-length" in answer.headers and answer.headers.get("connection") != "close":
            self._idle.append(line._replace(since=time.monotonic()))
        else:
            line.writer.close()
        return answer

    async def _line(self) -> Line:
        while self._idle:
            line = self._idle.pop()
            if not line.stale:
                return line
            line.writer.close()
        return Line(time.monotonic(), *await asyncio.open_connection(self._host, self._port))

    def _text(self, request: Request) -> bytes:
        headers = {"Host": f"{self._host}:{self._port}", "Content-Length": str(len(request.body))}
        headers |= {name: request.headers[name] for name in ("content-type", "x-load-id") if name in request.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{request.method} {request.url} HTTP/1.1\r\n{lines}\r\n".encode() + bytes(request.body)


async def _exchange(line: Line, text: bytes) -> Answer:
    line.writer.write(text)
    head = await line.reader.readuntil(HEAD_END)
    headers = {name.lower().decode(): value.decode("latin-1") for name, value in HEADER.findall(head)}
    length = headers.get("content-length")
    body = await (line.reader.read() if length is None else line.reader.readexactly(int(length)))
    return Answer(int(head[9:12]), headers, body)
