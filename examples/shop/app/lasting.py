"""Answers that last: server-sent events, and a WebSocket that echoes."""

import asyncio

from .connection import Connection
from .frames import GOING_AWAY, Frame, Opcode, accept, close_frame, read_frame
from .message import Request, Response, as_json, head

CLOSE_SECONDS = 2.0


async def events(request: Request, connection: Connection) -> Response | None:
    """Numbered events every `ms` until the process drains; with `plain=1`, nothing tells a proxy not to buffer."""
    server = connection.server
    headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", **server.headers(request)}
    if "plain" not in request.query:
        headers["X-Accel-Buffering"] = "no"
    headers |= {"Transfer-Encoding": "chunked"} if request.chunks else {"Connection": "close"}
    connection.write(head(200, headers))
    number = 0
    while not server.draining:
        number += 1
        event = f"id: {number}\ndata: {server.knobs.release}\n\n".encode()
        connection.write(_chunk(event) if request.chunks else event)
        await server.lull(float(request.query.get("ms", 100)) / 1000)
    if request.chunks:
        connection.write(_chunk(b""))
    return None


async def websocket(request: Request, connection: Connection) -> Response | None:
    """Echo every message; say 1001 when the process drains."""
    key = request.headers.get("sec-websocket-key")
    if not key:
        return as_json({"error": "not a WebSocket handshake"}, 400)
    handshake = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept(key)}
    connection.write(head(101, {**handshake, **connection.server.headers(request)}))
    incoming = connection.take_over()
    echoing = asyncio.ensure_future(_echo(incoming, connection))
    try:
        await asyncio.wait((echoing, connection.server.stopping), return_when=asyncio.FIRST_COMPLETED)
        if not echoing.done():
            connection.write(close_frame(GOING_AWAY).encode())
            await asyncio.wait((echoing,), timeout=CLOSE_SECONDS)
    finally:
        echoing.cancel()
    return None


async def _echo(incoming: asyncio.StreamReader, connection: Connection) -> None:
    """Echo until the client closes or is gone; after a close frame of our own, listen only."""
    opcode: Opcode | None = None
    while opcode is not Opcode.CLOSE:
        try:
            opcode, payload = await read_frame(incoming)
        except (asyncio.IncompleteReadError, ValueError):
            return
        # no message may follow a close frame of ours
        if not connection.server.draining and opcode is not Opcode.PONG:
            reply = Opcode.PONG if opcode is Opcode.PING else opcode
            connection.write(Frame(reply, payload).encode())


def _chunk(piece: bytes) -> bytes:
    return f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
