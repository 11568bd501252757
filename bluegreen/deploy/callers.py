"""Who calls an adopted container past nginx: it was reached in other ways before, and some may still be in use."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_network

from bluegreen.deploy.workspace import Workspace
from bluegreen.model.container import Container, Role
from bluegreen.model.deployment import Move
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.routing import Flows
from bluegreen.model.service import Kind

LOOK, POLL = 1.0, 0.05
"""Seconds that a look for callers takes, and between two parts of it: a request may be short."""


def with_direct(workspace: Workspace, leaving: Iterable[Container], flows: Flows) -> Flows:
    """Add to what flows through nginx the connections that lead to adopted containers past it."""
    direct = {c.address: sum(_callers(workspace, c).values()) for c in leaving if c.adopted and c.running and c.address}
    known = flows.connections
    return replace(flows, connections={each: max(count, direct.get(each, 0)) for each, count in known.items()})


def check_callers(workspace: Workspace, moves: Sequence[Move], *, tight: bool) -> list[str]:
    """Look who calls the adopted containers of what moves, and return what to know of it, a line each.

    Requests from outside the network would fail when these stop, and refuse the deployment; `tight`: go on. Raises
    DeploymentFailed.
    """
    moving = {move.service for move in moves}
    webs = {move.service for move in moves if move.kind is Kind.WEB}
    ours = workspace.engine.containers() if webs else ()
    adopted = [c for c in ours if c.adopted and c.running and c.service in webs]
    # nginx is meant to, and what is about to leave itself calls no longer then
    expected = {c.address for c in ours if c.role is Role.PROXY or c.service in moving}
    said, outside = [], []
    for name, addresses in (_seen(workspace, adopted) if adopted else {}).items():
        inside = _inside(workspace, addresses)
        if strangers := sorted(addresses - inside):
            outside.append(
                f"{name} is still called past nginx, from {', '.join(strangers)}: when it stops, such requests fail"
            )
        if others := sorted(inside - expected):
            said.append(
                f"{', '.join(others)} keeps connections to {name} from before: restart what runs there to have it go"
                " through nginx; else a request that is on its way on them may fail when that one stops"
            )
    if outside and not tight:
        raise _refusal(workspace, outside)
    return outside + said


def _refusal(workspace: Workspace, outside: Sequence[str]) -> DeploymentFailed:
    return DeploymentFailed(
        "; ".join(outside),
        "lead whatever stands in front, such as an nginx of the host, to the proxy's port"
        f" ({workspace.project.proxy.http}) and reload it; then deploy; --force goes on all the same",
    )


def _seen(workspace: Workspace, adopted: Sequence[Container]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    deadline = time.monotonic() + LOOK
    while time.monotonic() < deadline:
        for container in adopted:
            if addresses := _callers(workspace, container).keys():
                found.setdefault(container.name, set()).update(addresses)
        time.sleep(POLL)
    return found


def _inside(workspace: Workspace, addresses: set[str]) -> set[str]:
    """Choose the addresses of containers on the network; the gateway's is this host's."""
    network = workspace.machine.network(workspace.project.network)
    if network is None:
        return set()
    subnets = [ip_network(subnet) for subnet in network.subnets]
    return {
        each for each in addresses if each != network.gateway and any(ip_address(each) in subnet for subnet in subnets)
    }


def _callers(workspace: Workspace, container: Container) -> Mapping[str, int]:
    release = workspace.release_of((container,))
    port = release.service.port if release else None
    return workspace.engine.callers(container.name, port) if port else {}
