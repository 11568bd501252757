"""`python -m tests.engine.bridge FROM TO`: passes connections on, each end a port of 127.0.0.1 or the path of a socket.

Two of them, with a socket's path between, lead from one network namespace into another.
"""

import asyncio
import sys
from asyncio import StreamReader, StreamWriter
from contextlib import suppress


async def serve(listen: str, target: str) -> None:
    """Accept connections until the process ends."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError):
            there, back = await _connected(target)
            await asyncio.gather(_copied(reader, back), _copied(there, writer))

    if "/" in listen:
        server = await asyncio.start_unix_server(answer, listen)
    else:
        server = await asyncio.start_server(answer, "127.0.0.1", int(listen))
    await server.serve_forever()


async def _connected(target: str) -> tuple[StreamReader, StreamWriter]:
    if "/" in target:
        return await asyncio.open_unix_connection(target)
    return await asyncio.open_connection("127.0.0.1", int(target))


async def _copied(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
