"""WebSocket frames (RFC 6455) as a server reads and writes them; no fragments, no extensions."""

import asyncio
import base64
import hashlib
from enum import IntEnum
from typing import NamedTuple

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
GOING_AWAY = 1001


class Opcode(IntEnum):
    """What a frame is."""

    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class Frame(NamedTuple):
    """One whole message."""

    opcode: Opcode
    payload: bytes

    def encode(self) -> bytes:
        """As it goes over the wire."""
        size = len(self.payload)
        if size <= 125:
            length = bytes((size,))
        elif size < 65_536:
            length = bytes((126,)) + size.to_bytes(2)
        else:
            length = bytes((127,)) + size.to_bytes(8)
        return bytes((0x80 | self.opcode,)) + length + self.payload


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """The client's next frame.

    Raises `ValueError` for an unknown opcode, `asyncio.IncompleteReadError` at the end.
    """
    first, second = await reader.readexactly(2)
    size = second & 0x7F
    if size > 125:
        size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8))
    mask = await reader.readexactly(4)
    payload = await reader.readexactly(size)
    return Frame(Opcode(first & 0x7F), bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload)))


def close_frame(code: int) -> Frame:
    """Why the connection ends."""
    return Frame(Opcode.CLOSE, code.to_bytes(2))


def accept(key: str) -> str:
    """The answer to a client's key."""
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
