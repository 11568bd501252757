"""WebSocket frames (RFC 6455), as much of them as an echo needs: no fragments, no extensions."""

import asyncio
import base64
import hashlib
import os
from enum import IntEnum
from typing import NamedTuple

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
NO_CODE = 1005


class Opcode(IntEnum):
    """What a frame is."""

    TEXT = 1
    CLOSE = 8
    PING = 9
    PONG = 10


class BadFrame(Exception):
    """What came is no frame that an echo sends."""


class Frame(NamedTuple):
    """One whole message."""

    opcode: Opcode
    payload: bytes

    @property
    def code(self) -> int:
        """Why it was closed."""
        return int.from_bytes(self.payload[:2]) if len(self.payload) >= 2 else NO_CODE


def masked(opcode: Opcode, payload: bytes) -> bytes:
    """A frame as a client sends it; at most 125 bytes."""
    mask = os.urandom(4)
    body = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
    return bytes((0x80 | opcode, 0x80 | len(payload))) + mask + body


async def read_frame(reader: asyncio.StreamReader) -> Frame:
    """The server's next frame.

    Raises `BadFrame`, `asyncio.IncompleteReadError`, `ConnectionError`.
    """
    first, second = await reader.readexactly(2)
    if not first & 0x80 or second > 125 or first & 0x7F not in tuple(Opcode):
        raise BadFrame(f"not a short, whole, unmasked frame: {first:02x} {second:02x}")
    return Frame(Opcode(first & 0x7F), await reader.readexactly(second))


def new_key() -> str:
    """What a client asks with."""
    return base64.b64encode(os.urandom(16)).decode()


def accept(key: str) -> str:
    """What a server answers to it."""
    return base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
