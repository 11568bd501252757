"""Waiting until nginx knows the addresses behind the names that it was given."""

import re
import time
from collections.abc import Mapping

from bluegreen.model.color import Color
from bluegreen.model.container import Container
from bluegreen.model.errors import ProxyError
from bluegreen.model.ports import Engine
from bluegreen.model.routing import Live, Routing
from bluegreen.proxy import control
from bluegreen.proxy.sites import target

_DEADLINE = 5.0
_POLL = 0.02

Servers = tuple[str, ...]
Upstreams = Mapping[str, Servers]


def named_slots(routing: Routing) -> Upstreams:
    """Return every slot that nginx has to look up: after a start, it knows none of them."""
    if not routing.capabilities.resolve:
        return {}
    return {
        f"{target(service).id}_{color}": slot.servers
        for service in routing.services
        for color, slot in service.slots.items()
    }


def slots_to_come(routing: Routing, live: Live) -> Upstreams:
    """Return the slots that hold another color than the one that serves; a reload knows the others still."""
    named = named_slots(routing)
    found = {}
    for service in routing.services:
        serving = live.get(service.name, Color.BLUE)
        upstream = f"{target(service).id}_{serving.other}"
        if upstream in named and service.slots.get(serving) != service.slots[serving.other]:
            found[upstream] = named[upstream]
    return found


def await_addresses(engine: Engine, proxy: str, upstreams: Upstreams) -> None:
    """Wait until each of these slots leads to a container that runs now.

    A name is looked up after the reload, and again every two seconds: until then the slot may hold nobody, or the
    address of a container that is gone, which may be another's by now. Raises ProxyError after 5 s.
    """
    deadline = time.monotonic() + _DEADLINE
    while upstreams := _astray(engine, proxy, upstreams):
        if time.monotonic() > deadline:
            raise ProxyError(f"nginx does not find the containers of {', '.join(upstreams)} by their names")
        time.sleep(_POLL)


def _astray(engine: Engine, proxy: str, upstreams: Upstreams) -> Upstreams:
    """Return those that lead elsewhere. Where nothing runs (any more), health says so, and why."""
    if not upstreams:
        return {}
    containers = engine.containers()
    there = {upstream: _addresses(containers, servers) for upstream, servers in upstreams.items()}
    return {
        upstream: servers
        for upstream, servers in upstreams.items()
        if there[upstream] and control.address_of(proxy, upstream) not in there[upstream]
    }


def _addresses(containers: tuple[Container, ...], servers: Servers) -> set[str]:
    """Return the addresses behind names: a container's own, or one that its replicas share."""
    return {
        f"{container.address}:{port}"
        for host, _, port in (server.rpartition(":") for server in servers)
        for container in containers
        if container.running and container.address and re.fullmatch(rf"{re.escape(host)}(-\d+)?", container.name)
    }
