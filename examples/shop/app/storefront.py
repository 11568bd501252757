"""The storefront role's answers: what it knows, it has asked the server, by the server's canonical name."""

from .connection import Connection
from .knobs import Knobs
from .message import Request, Response, as_json
from .server import Routes
from .shop import headers, health
from .upstream import Failed, Upstream


class Storefront:
    """What the storefront can be asked."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._server = Upstream(knobs.server_url)

    @property
    def routes(self) -> Routes:
        """Method and path of everything there is."""
        return {
            ("GET", "/"): self.ask,
            ("GET", "/slow"): self.ask,
            ("POST", "/orders"): self.ask,
            ("GET", "/health"): health,
            ("GET", "/headers"): headers,
        }

    async def ask(self, request: Request, _connection: Connection) -> Response:
        """Ask the server the same, and tell which releases have answered; 502 if the server has not, or not well."""
        me = {"release": self._knobs.release, "color": self._knobs.color, "hostname": self._knobs.hostname}
        try:
            answer = await self._server.ask(request)
        except Failed as failure:
            return as_json({**me, "error": str(failure)}, 502)
        server = answer.headers.get("x-release", "")
        told = {"X-Server-Release": server}
        if "x-duplicate" in answer.headers:
            told["X-Duplicate"] = "1"
        if answer.status >= 300:
            return as_json({**me, "error": f"the server answered {answer.status}"}, 502, told)
        return as_json({**me, "server": server}, 200, told)
