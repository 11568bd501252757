"""Real servers on loopback that misbehave on purpose."""

import asyncio
import itertools
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

from benchmarks.load import Group, Load, Plan, Report, Target

OK = b"HTTP/1.1 200 OK\r\nX-Release: v1\r\nContent-Length: 2\r\n\r\nok"
LONG = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


class Client:
    """A connection from the load, as a server sees it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, numbers: Iterator[int]) -> None:
        self.reader = reader
        self.writer = writer
        self.head = b""
        self.number = 0
        """Which request of all this is."""
        self._numbers = numbers

    async def request(self) -> bool:
        """Read the next request's head; False once the client is gone."""
        try:
            self.head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return False
        self.number = next(self._numbers)
        return True

    def header(self, name: str) -> str:
        """A header of the request."""
        lines = self.head.decode().split("\r\n")
        return next((line.partition(": ")[2] for line in lines if line.startswith(f"{name}: ")), "")

    def say(self, data: bytes) -> None:
        """Send."""
        self.writer.write(data)

    def close(self) -> None:
        """End in good form (FIN)."""
        self.writer.close()

    def reset(self) -> None:
        """End with a reset (RST)."""
        connection: socket.socket = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behaviour = Callable[[Client], Awaitable[None]]
Answer = Callable[[Client], None]


@asynccontextmanager
async def serving(behave: Behaviour) -> AsyncIterator[Target]:
    """A server that treats each connection as it is told to."""
    numbers = itertools.count(1)
    clients: set[Client] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Client(reader, writer, numbers)
        clients.add(client)
        await behave(client)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield Target(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    finally:
        server.close()
        for client in clients:
            client.close()
        await asyncio.sleep(0)


def load(behave: Behaviour, *groups: Group, seconds: float = 5.0, requests: int | None = None) -> Report:
    """Run a load against such a server, up to its bounds."""

    async def run() -> Report:
        async with serving(behave) as target, Load(target, Plan(groups, seconds, requests)) as running:
            return await running.finished()

    return asyncio.run(run())


def load_until(messages: int, behave: Behaviour, group: Group) -> Report:
    """Run a load against such a server, until so many events have been read or texts have come back."""

    async def run() -> Report:
        async with serving(behave) as target, Load(target, Plan((group,), 5.0)) as running:
            side = running._recorder.side[group.label]
            while side.messages < messages:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            running.stop()
            return await running.finished()

    return asyncio.run(run())


def each(answer: Answer) -> Behaviour:
    """Treat every request like this."""

    async def behave(client: Client) -> None:
        while await client.request():
            answer(client)

    return behave


def after(*data: bytes, then: str) -> Answer:
    """Send something, then `close` or `reset`."""

    def answer(client: Client) -> None:
        for piece in data:
            client.say(piece)
        client.close() if then == "close" else client.reset()

    return answer


def every_third(misbehave: Answer) -> Behaviour:
    """Answer two requests well, misbehave at the third, and so on."""
    return each(lambda client: misbehave(client) if client.number % 3 == 0 else client.say(OK))
