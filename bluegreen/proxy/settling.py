"""Waiting until nginx knows the addresses behind the names that it was given."""

import re
import time

from bluegreen.model.color import Color
from bluegreen.model.errors import ProxyError
from bluegreen.model.ports import Engine
from bluegreen.model.routing import Live, Routing
from bluegreen.proxy import control
from bluegreen.proxy.sites import target

_DEADLINE = 5.0
_POLL = 0.02


def await_addresses(engine: Engine, proxy: str, routing: Routing, live: Live) -> None:
    """Wait until each slot that doesn't serve leads to a container that runs now.

    A name is looked up after the reload, and again every two seconds: until then the slot may hold nobody, or the
    address of a container that is gone, which may be another's by now. Raises ProxyError after 5 s.
    """
    if not routing.capabilities.resolve:
        return
    for service in routing.services:
        idle = live.get(service.name, Color.BLUE).other
        if idle in service.slots:
            _await(engine, proxy, f"{target(service).id}_{idle}", service.slots[idle].servers)


def _await(engine: Engine, proxy: str, upstream: str, servers: tuple[str, ...]) -> None:
    deadline = time.monotonic() + _DEADLINE
    while (known := control.address_of(proxy, upstream)) not in (there := _addresses(engine, servers)):
        if not there:
            return  # nothing runs there (any more): health says so, and why
        if time.monotonic() > deadline:
            raise ProxyError(f"nginx leads {upstream} to {known or 'nobody'}, not to {' or '.join(sorted(there))}")
        time.sleep(_POLL)


def _addresses(engine: Engine, servers: tuple[str, ...]) -> set[str]:
    """Return the addresses behind names: a container's own, or one that its replicas share."""
    containers = [c for c in engine.containers() if c.running and c.address]
    return {
        f"{container.address}:{port}"
        for host, _, port in (server.rpartition(":") for server in servers)
        for container in containers
        if re.fullmatch(rf"{re.escape(host)}(-\d+)?", container.name)
    }
