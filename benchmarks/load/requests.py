"""The clients that make plain requests: keep-alive, fresh, preconnected, uploads."""

from benchmarks.load.caller import Caller
from benchmarks.load.connection import Connection
from benchmarks.load.crew import Crew
from benchmarks.load.message import request
from benchmarks.load.plan import Fresh, KeepAlive, Preconnected, Requests, Upload

PIECES_PER_SECOND = 20


async def keep_alive(crew: Crew, group: KeepAlive) -> None:
    """One request after the other on one connection."""
    caller = _caller(crew, group)
    connection: Connection | None = None
    async for _ in crew.turns(_interval(group)):
        if connection and not await caller.fit(connection):
            connection = None
        connection = await caller.call(connection)
    if connection:
        connection.close()


async def fresh(crew: Crew, group: Fresh) -> None:
    """A new connection for every request."""
    caller = _caller(crew, group)
    async for _ in crew.turns(_interval(group)):
        if connection := await caller.call():
            connection.close()


async def preconnected(crew: Crew, group: Preconnected) -> None:
    """A new connection that is silent for a while before its one request."""
    caller = _caller(crew, group)
    async for _ in crew.turns(_interval(group)):
        connection = await caller.connect()
        # a turn that was taken is spent, though the load may have ended meanwhile: the count is exact
        await crew.pause(group.idle)
        if connection and await caller.fit(connection):
            connection = await caller.call(connection)
        if connection:
            connection.close()


async def uploads(crew: Crew, group: Upload) -> None:
    """Bodies that take their time."""
    pauses = max(1, round(group.over * PIECES_PER_SECOND))
    sizes = [group.size // (pauses + 1)] * pauses

    async def send(connection: Connection, request_id: str) -> None:
        headers = {**group.headers, "X-Load-Id": request_id, "Content-Length": str(group.size)}
        connection.begin(request(crew.target, "POST", group.path, headers))
        for size in sizes:
            # waiting for the answer between the pieces is how an early refusal is noticed
            connection.write(bytes(size))
            if await connection.wait(group.over / pauses):
                return
        connection.write(bytes(group.size - sum(sizes)))

    caller = Caller(crew, group, send)
    async for _ in crew.turns(0.0):
        if connection := await caller.call():
            connection.close()


def _interval(group: Requests) -> float:
    return group.count / group.rate if group.rate else 0.0


def _caller(crew: Crew, group: Requests) -> Caller:
    async def send(connection: Connection, request_id: str) -> None:
        headers = {**group.headers, "X-Load-Id": request_id}
        if group.body:
            headers.setdefault("Content-Type", "application/json")
        if caller.cookies and group.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in caller.cookies.items())
        body = group.body.replace("{id}", request_id).encode()
        connection.begin(request(crew.target, group.method, group.path, headers, body))

    caller = Caller(crew, group, send, group.expect)
    return caller
