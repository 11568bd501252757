"""The server role's answers."""

import asyncio
import json

from .connection import Connection
from .knobs import Knobs
from .lasting import events, websocket
from .message import Request, Response, as_json
from .orders import Orders
from .server import Routes


class Shop:
    """What the server can be asked."""

    def __init__(self, knobs: Knobs, orders: Orders) -> None:
        self._orders = orders
        self._knobs = knobs
        self._self = {"release": knobs.release, "color": knobs.color, "hostname": knobs.hostname}

    @property
    def routes(self) -> Routes:
        """Method and path of everything there is."""
        return {
            ("GET", "/"): self.index,
            ("GET", "/health"): health,
            ("GET", "/slow"): slow,
            ("POST", "/upload"): upload,
            ("PUT", "/upload"): upload,
            ("GET", "/events"): events,
            ("GET", "/ws"): websocket,
            ("POST", "/orders"): self.order,
            ("GET", "/orders/count"): self.count,
            ("GET", "/duplicates"): self.duplicates,
            ("GET", "/headers"): headers,
            ("GET", "/fail"): fail,
        }

    async def index(self, _request: Request, _connection: Connection) -> Response:
        """Who answers."""
        return as_json(self._self)

    async def order(self, request: Request, _connection: Connection) -> Response:
        """Keep an order: its id is the body's `id`, or the request's; `X-Duplicate` if it came before."""
        order = _order_id(request)
        if not order:
            return as_json({"error": "an order needs an id"}, 400)
        new = await self._orders.add(order, self._knobs.release)
        told = {} if new else {"X-Duplicate": "1"}
        return as_json({"id": order, "duplicate": not new, "release": self._knobs.release}, 201 if new else 200, told)

    async def count(self, _request: Request, _connection: Connection) -> Response:
        """How many orders, and how they are."""
        return as_json(await self._orders.counts())

    async def duplicates(self, _request: Request, _connection: Connection) -> Response:
        """How many orders came again."""
        return as_json({"duplicates": (await self._orders.counts())["duplicates"]})


async def health(_request: Request, connection: Connection) -> Response:
    """Well."""
    return as_json({"status": "ok", "release": connection.server.knobs.release})


async def slow(request: Request, _connection: Connection) -> Response:
    """An answer that takes `ms`."""
    seconds = float(request.query.get("ms", 1000)) / 1000
    await asyncio.sleep(seconds)
    return as_json({"slept": seconds})


async def upload(request: Request, _connection: Connection) -> Response:
    """What came."""
    return as_json({"length": request.length, "sha256": request.sha256})


async def headers(request: Request, _connection: Connection) -> Response:
    """The request as it arrived here."""
    return as_json({"method": request.method, "path": request.path, "query": request.query, "headers": request.headers})


async def fail(_request: Request, _connection: Connection) -> Response:
    """A failure."""
    return as_json({"error": "asked to fail"}, 500)


def _order_id(request: Request) -> str:
    try:
        return str(json.loads(request.body)["id"])
    except (ValueError, TypeError, KeyError):
        return request.headers.get("x-load-id", "")
