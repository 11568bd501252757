"""The HTTP server: listens when it is time to, answers, and goes as it was told to."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from .connection import Connection
from .faults import Faults
from .knobs import Knobs, Unready
from .message import Request, Response, as_json

Handler = Callable[[Request, Connection], Awaitable[Response | None]]
"""Answers a request; None once it has said everything itself, and the connection is to be closed."""
Routes = Mapping[tuple[str, str], Handler]


class Server:
    """One per process."""

    def __init__(self, knobs: Knobs, routes: Routes) -> None:
        self.knobs = knobs
        self.connections: set[Connection] = set()
        self.stopping: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._routes = routes
        self._faults = Faults(knobs)

    @property
    def draining(self) -> bool:
        """Whether the process finishes what was begun and takes no more."""
        return self.stopping.done()

    async def run(self) -> None:
        """Serve until SIGTERM, then finish what was begun."""
        loop = asyncio.get_running_loop()
        if self.knobs.ready_mode is Unready.CLOSED:
            await self.lull(self.knobs.ready_delay)
        if self.draining:
            return
        listener = await loop.create_server(lambda: Connection(self), "0.0.0.0", self.knobs.port, backlog=1024)
        print(f"{self.knobs.release} listens on {listener.sockets[0].getsockname()[1]}", flush=True)
        await self.stopping
        listener.close()
        await self._drain()

    async def lull(self, seconds: float) -> None:
        """Wait, but not beyond the beginning of the drain."""
        await asyncio.wait((self.stopping,), timeout=seconds)

    def headers(self, request: Request | None) -> dict[str, str]:
        """What every answer carries: who it is from, and to which request of a load it is."""
        asked = request.headers.get("x-load-id") if request else None
        return {"X-Release": self.knobs.release, **({"X-Load-Id": asked} if asked else {})}

    def stop(self) -> None:
        """Begin to drain."""
        if not self.stopping.done():
            print(f"{self.knobs.release} stops; {sum(each.busy for each in self.connections)} busy", flush=True)
            self.stopping.set_result(None)

    async def answer(self, request: Request, connection: Connection) -> Response | None:
        """Find who answers, and let him."""
        if fault := self._faults.on(request.path):
            return fault
        handler = self._routes.get((request.method, request.path))
        if handler is None:
            return as_json({"error": f"no {request.method} {request.path}"}, 404)
        if self.knobs.latency_ms:
            await asyncio.sleep(self.knobs.latency_ms / 1000)
        try:
            return await handler(request, connection)
        except Exception as error:  # noqa: BLE001 (whatever it is, a client waits for its answer)
            return as_json({"error": repr(error)}, 500)

    async def _drain(self) -> None:
        # as Node does: a request that is on its way over an idle connection is lost, so drain a proxy first
        for connection in [each for each in self.connections if not each.busy]:
            connection.close()
        while self.connections:
            await asyncio.wait([each.closed for each in self.connections])
        print(f"{self.knobs.release} has drained", flush=True)
