"""The proxy on a real engine, with the shop's server behind it; what a deployment does to it, done by hand."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import docker

from benchmarks.load import Target
from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Label, Role
from bluegreen.model.ports import ContainerSpec
from bluegreen.model.project import ProxySettings
from bluegreen.model.routing import Proxied, Routing, Slot
from bluegreen.model.service import ContainerOptions, Route
from bluegreen.proxy.container import Identity
from bluegreen.proxy.nginx import Nginx
from tests.fakes.seals import FakeSeals
from tests.waiting import wait_until

BLUE, GREEN = Color.BLUE, Color.GREEN
HOST = "shop.test"
SHOP = Path(__file__).parents[2] / "examples/shop"
TLS = Path(__file__).parent / "tls"

Slots = Mapping[Color, tuple[Color, ...]]
"""What each slot holds: the color that answers, then the one that steps in."""

_FETCH = """
import http.client, sys
_, address, port, host, spoofed = sys.argv
connection = http.client.HTTPConnection(address, int(port), timeout=5)
connection.request("GET", "/", headers={"Host": host, "X-Forwarded-For": spoofed})
answer = connection.getresponse()
print(answer.status, answer.getheader("X-Release"))
"""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass
class Stage:
    """A project with a network, a proxy to come and as many colors as are started."""

    client: docker.APIClient
    project: str
    state: Path
    port: int
    image: str = "nginx:1.30"
    settings: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        network = DockerMachine(self.client, self.project).create_network(self.project)
        self.gateway = network.gateway
        self.engine = DockerEngine(self.client, self.project, self.project)
        self.seals = FakeSeals()
        self.proxy = self.another_command()

    def another_command(self) -> Nginx:
        """The proxy as another process finds it."""
        identity = Identity(self.project, f"{self.project}-proxy", self.project, self.image, self.state)
        return Nginx(self.engine, identity, self.seals)

    @property
    def target(self) -> Target:
        """Where load goes."""
        return Target(f"http://127.0.0.1:{self.port}", host=HOST)

    def name(self, service: str = "web") -> str:
        """A service's canonical name: container names are the whole engine's."""
        return f"{self.project}-{service}"

    def start(self, color: Color, service: str = "web", number: int | None = None, **variables: str) -> Container:
        """Start a container of a color, and wait until it answers."""
        alias = f"{self.name(service)}-{color}"
        name = alias if number is None else f"{alias}-{number}"
        environment = {"RELEASE": str(color), "PYTHONPATH": "/shop", **variables}
        options = ContainerOptions(
            command=("python3", "-m", "app", "server"), environment=environment, volumes=(f"{SHOP}:/shop:ro",)
        )
        labels = {Label.PROJECT: self.project, Label.SERVICE: self.name(service), Label.COLOR: str(color)}
        spec = ContainerSpec(name, "bluegreen-python:3", Role.APP, labels, options, self.project, (alias,))
        self.engine.start(spec)
        wait_until(lambda: f"listens on {variables.get('PORT', 3000)}" in self.log(name), f"{name} listens")
        found = self.engine.find(name)
        assert found
        return found

    def kill(self, color: Color, service: str = "web") -> None:
        """Kill a color and remove it."""
        self.engine.remove(f"{self.name(service)}-{color}")

    def log(self, name: str) -> str:
        """What a container has said."""
        return "\n".join(self.engine.logs(name))

    def proxy_log(self) -> str:
        """What nginx has said."""
        return self.log(f"{self.project}-proxy")

    def proxied(self, slots: Slots, *routes: Route, service: str = "web", port: int = 3000) -> Proxied:
        """A service with these colors in its slots; for the whole of HOST unless routes are given."""
        filled = {slot: self._slot(service, port, colors) for slot, colors in slots.items()}
        return Proxied(self.name(service), port, routes or (route(),), filled)

    def routing(self, *services: Proxied, **settings: Any) -> Routing:
        """A routing of these services."""
        chosen = ProxySettings.model_validate({"http": f"127.0.0.1:{self.port}", **self.settings, **settings})
        return Routing(self.project, chosen, services, self.gateway, self.proxy.capabilities(), workers=2)

    def up(self, *services: Proxied, **settings: Any) -> None:
        """Start the proxy on a routing of these services."""
        routing = self.routing(*services, **settings)
        self.proxy.up(routing, tuple(service.name for service in services))

    def prepare(self, slots: Slots, **settings: Any) -> int:
        """Have the one service's slots hold these colors."""
        return self.proxy.prepare(self.routing(self.proxied(slots), **settings))

    def switch(self, color: Color) -> None:
        """Move the one service."""
        self.proxy.switch({self.name(): color})

    def ask(
        self,
        path: str = "/",
        host: str = HOST,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Ask the proxy, on a connection of its own."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body, {"Host": host, **(headers or {})})
            response = connection.getresponse()
            given = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, given, response.read())

    def ask_inside(self, address: str, port: int, host: str, spoofed: str = "") -> str:
        """Ask from blue's container: the status, and the release that answered."""
        done = self.engine.execute(
            f"{self.name()}-blue", ("python3", "-c", _FETCH, address, str(port), host, spoofed), 10
        )
        assert done.status == 0, done.text
        return done.text.strip()

    def release(self) -> str:
        """Which color answers."""
        return self.ask().headers.get("x-release", "")

    def drained(self, *colors: Color) -> bool:
        """Whether nothing can reach these colors any more."""
        found = [self.engine.find(f"{self.name()}-{color}") for color in colors]
        flows = self.proxy.flows(tuple(each.address for each in found if each and each.address))
        return not flows.old_workers and not any(flows.connections.values())

    def _slot(self, service: str, port: int, colors: tuple[Color, ...]) -> Slot:
        servers = [self._servers(f"{self.name(service)}-{color}", port) for color in colors]
        return Slot(servers[0], servers[1] if len(servers) > 1 else ())

    def _servers(self, alias: str, port: int) -> tuple[str, ...]:
        if self.proxy.capabilities().resolve:
            return (f"{alias}:{port}",)
        found = (c for c in self.engine.containers() if c.name.startswith(alias) and c.address)
        return tuple(f"{c.address}:{port}" for c in found)


def route(host: str = HOST, path: str = "/", **options: Any) -> Route:
    """A route as services.yaml has it."""
    return Route.model_validate({"host": host, "path": path, **options})


def settled(color: Color) -> Slots:
    """Both slots hold the color that serves."""
    return {BLUE: (color,), GREEN: (color,)}


def moving(old: Color) -> Slots:
    """The other slot holds the other color, which falls back on the old one."""
    return {old: (old,), old.other: (old.other, old)}
