"""A reader of server-sent events that counts them."""

import asyncio
from collections.abc import AsyncIterator

from benchmarks.load.answer import Head, chunk_size
from benchmarks.load.crew import Crew
from benchmarks.load.lasting import Lasting
from benchmarks.load.plan import Stream
from benchmarks.load.samples import Outcome


class StreamReader(Lasting):
    """Reads events whose `id:` counts up by one, and notices those that are missing."""

    status = 200

    def __init__(self, crew: Crew, group: Stream) -> None:
        super().__init__(crew, group, {"Accept": "text/event-stream"})

    async def live(self, head: Head) -> Outcome:
        """Read until the last chunk, or until the load stops."""
        self._previous: int | None = None
        self._line = b""
        pieces = chunks(self.reader) if head.chunked else plain(self.reader)
        while True:
            coming = asyncio.ensure_future(anext(pieces, b""))
            if not await self.came(coming):
                coming.cancel()
                return Outcome.ANSWERED
            if not coming.result():
                return Outcome.ENDED
            self._take(coming.result())

    def _take(self, piece: bytes) -> None:
        *lines, self._line = (self._line + piece).split(b"\n")
        for line in lines:
            name, _, value = line.partition(b":")
            if name == b"id" and value.strip().isdigit():
                self._count(int(value))

    def _count(self, number: int) -> None:
        self.side.messages += 1
        if self._previous is not None:
            self.side.missing += max(0, number - self._previous - 1)
            self.side.duplicates += number <= self._previous
        self._previous = number


async def chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """A chunked body as it comes, to its last chunk.

    Raises `asyncio.IncompleteReadError`, `BadAnswer`, `ConnectionError`.
    """
    while True:
        size = chunk_size((await reader.readuntil(b"\r\n"))[:-2])
        piece = (await reader.readexactly(size + 2))[:-2]
        if not size:
            return
        yield piece


async def plain(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """A body that ends with its connection."""
    while piece := await reader.read(65_536):
        yield piece
