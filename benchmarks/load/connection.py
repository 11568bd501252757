"""One connection, one request at a time, never a second attempt."""

import asyncio
import select
import ssl
from typing import cast

from benchmarks.load.answer import Answer, BadAnswer
from benchmarks.load.plan import Target

CONNECT_SECONDS = 5.0


class Refused(Exception):
    """No connection could be made: nothing was sent."""


class Cut(Exception):
    """The connection ended, or made no sense, before the answer was complete."""


class Connection(asyncio.Protocol):
    """A connection to the target; `stray` once more came over it than was asked for."""

    def __init__(self) -> None:
        self.over = False
        self.stray = False
        self.answer = Answer()
        """The answer to the request begun last."""
        self._idle = True
        self._why = "closed"
        self._waiter: asyncio.Future[None] | None = None
        self._poll = select.poll()

    @classmethod
    async def open(cls, target: Target) -> "Connection":
        """Connect.

        Raises `Refused`.
        """
        loop = asyncio.get_running_loop()
        name = target.named.partition(":")[0] if target.tls else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                made = await loop.create_connection(cls, *target.address, ssl=tls(target), server_hostname=name)
        except OSError as error:
            raise Refused(f"connect: {error!r}") from error
        return made[1]

    async def usable(self) -> bool:
        """Whether the server has neither closed the idle connection nor sent anything over it, by what has arrived."""
        # an end or a reset that the kernel already holds must not be discovered by writing a request into it
        while not self.over and self._poll.poll(0):  # noqa: ASYNC110
            await asyncio.sleep(0)
        return not self.over and not self.stray

    def begin(self, request: bytes) -> None:
        """Write a request, or its beginning; `answer` fills as it comes."""
        self.answer = Answer()
        self._idle = False
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(request)

    def write(self, piece: bytes) -> None:
        """Write more of the request."""
        self._transport.write(piece)

    async def wait(self, seconds: float) -> bool:
        """Wait that long for the answer; say whether it is complete.

        Raises `Cut` once it can't become so.
        """
        if self._waiter and not self._waiter.done():
            await asyncio.wait((self._waiter,), timeout=seconds)
        if self.over and not self.answer.complete:
            raise Cut(f"{self._why} after {self.answer.received} bytes of the answer")
        return self.answer.complete

    def close(self) -> None:
        """Close from our side."""
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        if self._idle:
            self.stray = True
            return
        try:
            self.answer.feed(data)
        except BadAnswer as error:
            self._end(str(error))
            self._transport.abort()
        if self.answer.complete:
            self._idle, self.stray = True, bool(self.answer.rest)
            self._wake()

    def eof_received(self) -> None:
        if not self._idle and not self.over:
            self.answer.end()
        self._end("closed")

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(f"reset ({exc})" if exc else "closed")

    def _end(self, why: str) -> None:
        if not self.over:
            self.over, self._why = True, why
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)


def tls(target: Target) -> ssl.SSLContext | None:
    """What to speak TLS with, whatever the certificate; None for plain HTTP."""
    if not target.tls:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
