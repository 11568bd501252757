"""A client's connection: requests in, answers out, one at a time."""

import asyncio
from typing import TYPE_CHECKING, cast

from .body import RequestReader
from .message import BadRequest, Request, Response, as_json, head

if TYPE_CHECKING:
    from .server import Server

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.Protocol):
    """Reads requests and lets the server answer them; a handler may take it over for a stream or WebSocket."""

    def __init__(self, server: "Server") -> None:
        self.server = server
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.incoming: asyncio.StreamReader | None = None
        """What comes in after a handler has asked for it by `take_over`."""
        self._reader = RequestReader()
        self._answering: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None

    @property
    def busy(self) -> bool:
        """Whether a request has begun to come in or is being answered."""
        return bool(self._answering or self._reader.request or self._reader.buffer)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.server.connections.add(self)
        self._rest()

    def data_received(self, data: bytes) -> None:
        if self.incoming:
            self.incoming.feed_data(data)
            return
        self._reader.buffer += data
        if not self._answering:
            self._next()

    def eof_received(self) -> None:
        if self.incoming:
            self.incoming.feed_eof()

    def connection_lost(self, _error: Exception | None) -> None:
        self.server.connections.discard(self)
        self._wake()
        if self._answering:
            self._answering.cancel()
        if not self.closed.done():
            self.closed.set_result(None)

    def close(self) -> None:
        """Close, once everything written has gone out."""
        self._wake()
        self._transport.close()

    def take_over(self) -> asyncio.StreamReader:
        """Whatever comes from now on is for the caller."""
        self.incoming = asyncio.StreamReader()
        self.incoming.feed_data(bytes(self._reader.buffer))
        self._reader.buffer.clear()
        return self.incoming

    def write(self, data: bytes) -> None:
        """Send."""
        self._transport.write(data)

    def _next(self) -> None:
        """Begin to answer the next request, if all of it is there."""
        self._wake()
        try:
            request = self._reader.next()
        except (BadRequest, ValueError) as error:
            self._send(None, as_json({"error": str(error)}, 400))
            return
        if request:
            self._answering = asyncio.ensure_future(self._answer(request))
        elif self._reader.request and "expect" in self._reader.request.headers:
            self.write(CONTINUE)
        elif not self._reader.buffer:
            self._rest()

    async def _answer(self, request: Request) -> None:
        response = await self.server.answer(request, self)
        # before the answer is out, so that whoever has it finds this connection idle
        self._answering = None
        if response:
            self._send(request, response)
        else:
            self.close()
        if not self._transport.is_closing():
            self._next()

    def _send(self, request: Request | None, response: Response) -> None:
        keep = request is not None and request.keep_alive and not self.server.draining
        headers = {
            "Content-Type": response.content_type,
            "Content-Length": str(len(response.body)),
            **self.server.headers(request),
            **response.headers,
        }
        if not keep:
            headers["Connection"] = "close"
        self.write(head(response.status, headers) + response.body)
        if not keep:
            self.close()

    def _rest(self) -> None:
        """Close the connection unless something comes in time."""
        self._idle = asyncio.get_running_loop().call_later(self.server.knobs.keepalive_timeout, self.close)

    def _wake(self) -> None:
        if self._idle:
            self._idle.cancel()
            self._idle = None
