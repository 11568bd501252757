"""The engine's multiplexed streams as lines of text."""

import codecs
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Generic, TypeVar

from docker import APIClient
from docker.errors import create_api_error_from_http_exception
from docker.types import CancellableStream
from requests import HTTPError, Response

from bluegreen.engine.client import engine_words
from bluegreen.model.text import harmless

T = TypeVar("T")

Frame = tuple[int, bytes]
"""1 (standard output) or 2 (standard error), and a piece of it."""

_LONGEST = 64 * 1024


class Stream(Generic[T]):
    """What arrives with an answer of the engine, piece by piece; a break raises EngineError, saying `what` broke."""

    def __init__(self, what: str, response: Response, pieces: Iterator[T]) -> None:
        self._what = what
        self._response = response
        self._pieces = CancellableStream(pieces, response)

    def __iter__(self) -> Iterator[T]:
        with engine_words(self._what):
            yield from self._pieces

    def cut(self) -> None:
        """End the stream, from any thread: who waits for its next piece waits no longer."""
        with suppress(OSError, AttributeError):
            self._pieces.close()

    def close(self) -> None:
        """End the stream, from the thread that reads it, and let go of the connection."""
        self.cut()
        self._response.close()


def opened(
    client: APIClient,
    request: str,
    silence: float | None,
    query: Mapping[str, str | float] | None = None,
    body: object = None,
) -> Response:
    """Ask the engine, `GET /events`, for a stream; it breaks when the engine says nothing for `silence` seconds.

    The connection is not upgraded: an upgraded one may lose what arrives together with the answer's header.
    """
    method, path = request.split(" ")
    response = client.request(
        method,
        f"{client.base_url}/v{client.api_version}{path}",
        params=query,
        json=body,
        stream=True,
        timeout=(client.timeout, silence),
    )
    try:
        response.raise_for_status()
    except HTTPError as error:
        create_api_error_from_http_exception(error)
    return response


def frames(response: Response) -> Iterator[Frame]:
    """Take a stream of the engine apart; it ends where the stream does."""
    while len(header := response.raw.read(8)) == 8:
        origin, size = struct.unpack(">BxxxL", header)
        yield origin, response.raw.read(size)


def unframed(response: Response) -> Iterator[Frame]:
    """Take a terminal's stream, which is not multiplexed, as standard output."""
    return ((1, piece) for piece in response.iter_content(None))


def lines(pieces: Iterable[Frame]) -> Iterator[str]:
    """Join pieces to harmless lines, each stream for itself, whatever the cuts between bytes, characters and lines."""
    streams: dict[int, _Stream] = {}
    for origin, piece in pieces:
        yield from streams.setdefault(origin, _Stream()).take(piece)
    for stream in streams.values():
        yield from stream.take(b"", final=True)


class _Stream:
    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._rest = ""

    def take(self, piece: bytes, *, final: bool = False) -> Iterator[str]:
        *whole, self._rest = (self._rest + self._decoder.decode(piece, final)).split("\n")
        if self._rest and (final or len(self._rest) > _LONGEST):
            whole.append(self._rest)
            self._rest = ""
        return map(harmless, whole)
