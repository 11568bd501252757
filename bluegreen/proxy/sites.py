"""What the templates are filled with: servers and places, worked out from a routing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bluegreen.model.color import Color
from bluegreen.model.project import Tls
from bluegreen.model.routing import Preview, Proxied, Routing
from bluegreen.model.service import Route
from bluegreen.proxy.layout import HTTPS

Routes = list[tuple[Proxied, Route]]


@dataclass(frozen=True, slots=True)
class Target:
    """A web service under the name that its variables and upstreams have."""

    name: str
    id: str
    slots: tuple[Color, ...]
    preview: Preview | None = None

    @property
    def empty(self) -> tuple[Color, ...]:
        """The slots in which nothing answers yet."""
        return tuple(color for color in Color if color not in self.slots)


@dataclass(frozen=True, slots=True)
class Place:
    """One `location`."""

    service: Target
    path: str
    max_body: int
    """Bytes; 0 for no limit."""
    timeout: str
    buffering: bool
    stripped: str = ""
    """The variable that holds the path without its prefix."""
    exact: bool = False
    """This path alone, and nothing below it."""


@dataclass(frozen=True, slots=True)
class Site:
    """One host and everything below it."""

    host: str
    port: int
    services: tuple[Target, ...]
    places: tuple[Place, ...]
    certificate: int | None = None
    redirected: bool = False

    @property
    def whole(self) -> bool:
        """Whether every path has a place."""
        return any(place.path == "/" for place in self.places)


@dataclass(frozen=True, slots=True)
class Strip:
    """A prefix that is taken off before the service sees the path."""

    variable: str
    prefix: str

    @property
    def pattern(self) -> str:
        """The prefix as a regular expression."""
        return re.sub(r"[.*+()]", r"[\g<0>]", self.prefix)


@dataclass(frozen=True, slots=True)
class Server:
    """One `server` of an upstream."""

    address: str
    resolve: bool
    backup: bool


@dataclass(frozen=True, slots=True)
class Upstream:
    """One slot."""

    name: str
    servers: tuple[Server, ...]


def target(service: Proxied) -> Target:
    """Name a service as nginx can: a hyphen would end a variable's name."""
    filled = tuple(color for color in Color if color in service.slots and service.slots[color].servers)
    return Target(service.name, service.name.replace("-", "_"), filled, service.preview)


def upstreams(routing: Routing) -> tuple[Upstream, ...]:
    """Return the slots of every service that has any."""
    return tuple(_upstreams(routing))


def strips(routing: Routing) -> Mapping[str, Strip]:
    """Return a variable for each prefix that is to be taken off."""
    stripped = (route.path for service in routing.services for route in service.routes if route.strip)
    prefixes = sorted({_prefix(path) for path in stripped} - {""})
    return {prefix: Strip(f"stripped_{number}", prefix) for number, prefix in enumerate(prefixes)}


def public_sites(routing: Routing) -> tuple[Site, ...]:
    """Return the hosts that the routes name."""
    by_host: dict[str, Routes] = {}
    for service in routing.services:
        for route in service.routes:
            by_host.setdefault(route.host, []).append((service, route))
    variables = strips(routing)
    return tuple(_public_site(routing, host, by_host[host], variables) for host in sorted(by_host))


def internal_sites(routing: Routing) -> tuple[Site, ...]:
    """Return a server for each canonical name."""
    return tuple(_internal_site(service) for service in routing.services)


def shown(seconds: float) -> str:
    """Write a time as nginx reads it."""
    return f"{seconds:.0f}s" if seconds == int(seconds) else f"{round(seconds * 1000)}ms"


def _upstreams(routing: Routing) -> Iterator[Upstream]:
    for service in routing.services:
        for color in target(service).slots:
            slot = service.slots[color]
            servers = [Server(address, _named(routing, address), backup=False) for address in slot.servers]
            servers += [Server(address, _named(routing, address), backup=True) for address in slot.backup]
            yield Upstream(f"{target(service).id}_{color}", tuple(servers))


def _named(routing: Routing, address: str) -> bool:
    return routing.capabilities.resolve and not re.fullmatch(r"[\d.]+:\d+", address)


def _prefix(path: str) -> str:
    return path.rstrip("/")


def _public_site(routing: Routing, host: str, routes: Routes, variables: Mapping[str, Strip]) -> Site:
    certificate = certificate_of(host, routing.settings.tls) if routing.settings.https is not None else None
    return Site(
        host,
        HTTPS,
        tuple({service.name: target(service) for service, _ in routes}.values()),
        _places(routes, variables),
        certificate,
        certificate is not None and routing.settings.redirect_to_https,
    )


def _places(routes: Routes, variables: Mapping[str, Strip]) -> tuple[Place, ...]:
    """`/api` is two places: itself, and all below it, unless a route says `/api/`. `/apix` is neither."""
    places: dict[tuple[str, bool], Place] = {}
    for service, route in sorted(routes, key=lambda pair: pair[1].path, reverse=True):
        below = route.path if route.path.endswith("/") else f"{route.path}/"
        for path, exact in ((below, False), (route.path, route.path != below)):
            places.setdefault((path, exact), _place(service, route, path, variables, exact=exact))
    return tuple(places[key] for key in sorted(places))


def _place(service: Proxied, route: Route, path: str, variables: Mapping[str, Strip], *, exact: bool) -> Place:
    strip = variables.get(_prefix(route.path)) if route.strip else None
    return Place(
        target(service),
        path,
        route.max_body,
        shown(route.timeout),
        route.buffering,
        strip.variable if strip else "",
        exact,
    )


def _internal_site(service: Proxied) -> Site:
    """Inside the network nothing is limited more than on any of the public routes."""
    timeout = max((route.timeout for route in service.routes), default=60.0)
    buffering = all(route.buffering for route in service.routes)
    place = Place(target(service), "/", 0, shown(timeout), buffering)
    return Site(service.name, service.port, (target(service),), (place,))


def certificate_of(host: str, tls: tuple[Tls, ...]) -> int | None:
    """Return which certificate is for a host: one that names it, or the wildcard of its domain."""
    wildcard = f"*.{host.partition('.')[2]}"
    for name in (host, wildcard):
        for number, entry in enumerate(tls):
            if name in entry.hosts:
                return number
    return None
