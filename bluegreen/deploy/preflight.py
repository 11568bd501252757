"""Preflight: everything that can be known to be wrong before anything is touched."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from bluegreen.deploy.certificates import check_certificate
from bluegreen.deploy.proxying import ensure_network, refuse_edited
from bluegreen.deploy.storage import missing_storage
from bluegreen.deploy.together import together
from bluegreen.deploy.workspace import Workspace
from bluegreen.health.database import Server, check_room, verify
from bluegreen.model.container import Role
from bluegreen.model.deployment import Move
from bluegreen.model.errors import BluegreenError, DeploymentFailed
from bluegreen.model.service import Kind, Service, Strategy
from bluegreen.proxy.container import REPLACED

CLOCKS = 60.0
"""Seconds that two clocks may differ."""


def preflight(workspace: Workspace, services: Sequence[Service] | None = None) -> dict[str, Server]:
    """Verify databases, network, volumes, certificates, clock and names before `services`, or all, are deployed.

    Return the databases by their names. Raises ConfigError, DeploymentFailed.
    """
    refuse_edited(workspace)
    ensure_network(workspace)
    moving = tuple(workspace.project.services.values()) if services is None else services
    databases: dict[str, Server] = {}
    checks: list[Callable[[], None]] = [*_checks(workspace, moving, databases), partial(_one_offs, workspace)]
    together(checks)
    return databases


def foreseen(workspace: Workspace, services: Sequence[Service]) -> list[str]:
    """Say for what reasons these services would not be deployed now; nothing is touched."""
    checks: list[Callable[[], None]] = [partial(refuse_edited, workspace), *_checks(workspace, services, {})]
    return list(filter(None, together(partial(_complaint, check) for check in checks)))


def _checks(
    workspace: Workspace, moving: Sequence[Service], databases: dict[str, Server]
) -> Iterator[Callable[[], None]]:
    """Yield what looks and touches nothing; each raises BluegreenError."""
    for service in workspace.project.services.values():
        if service.kind is Kind.DATABASE:
            yield partial(_database, workspace, service, databases)
        else:
            yield partial(_name_is_free, workspace, service)
    for service in moving:
        yield partial(_storage, workspace, service)
    proxy = workspace.project.proxy
    if proxy.https is not None and any(service.kind is Kind.WEB for service in moving):
        yield from (partial(check_certificate, index, entry) for index, entry in enumerate(proxy.tls))
    yield partial(_clock, workspace)


def _complaint(check: Callable[[], None]) -> str:
    try:
        check()
    except BluegreenError as error:
        return "; ".join(filter(None, (error.message, error.hint)))
    return ""


def check_connections(workspace: Workspace, databases: Mapping[str, Server], moves: Sequence[Move]) -> None:
    """Have every database keep connections for the second copy of what moves. Raises DeploymentFailed."""
    names = {move.service for move in moves if move.new.service.strategy is not Strategy.STOP_FIRST}
    copied = {c.address: c.service for c in workspace.apps() if c.address and c.running and c.service in names}
    for name, server in databases.items():
        check_room(name, server, copied)


def _database(workspace: Workspace, service: Service, databases: dict[str, Server]) -> None:
    databases[service.name] = verify(workspace.engine, service)


def taken_name(workspace: Workspace, service: Service) -> str:
    """Say what a container of others does that carries a service's name, and runs; nothing where there is none."""
    holder = workspace.engine.find(service.name)
    if holder is None or not holder.running:
        return ""
    harm = "it would go on working beside the new one"
    if service.kind is Kind.WEB:
        harm = f"inside {workspace.project.network} that name must lead to the proxy alone"
    return f"a container named {service.name} runs that is not bluegreen's: {harm}"


def _name_is_free(workspace: Workspace, service: Service) -> None:
    if taken := taken_name(workspace, service):
        raise DeploymentFailed(
            taken,
            f"bluegreen adopt takes it over as it runs; or, if nobody needs it: docker rm -f {service.name}",
        )


def _one_offs(workspace: Workspace) -> None:
    """Remove what a command left that was killed while it had nginx test something, or replaced the proxy."""
    for container in workspace.engine.containers():
        tested = container.role is Role.RELEASE_COMMAND and not container.release
        replaced = container.role is Role.PROXY and container.name.endswith(REPLACED)
        if (tested or replaced) and not container.running:
            workspace.engine.remove(container.name)


def _storage(workspace: Workspace, service: Service) -> None:
    for what, remedy in missing_storage(workspace, service):
        raise DeploymentFailed(what, remedy)


def _clock(workspace: Workspace) -> None:
    """A clock that is wrong ends deadlines too early or never, and puts the history out of order."""
    now = time.time()
    ahead = workspace.machine.time() - now
    if abs(ahead) > CLOCKS:
        raise DeploymentFailed(
            f"the clocks of this machine and of the Docker engine differ by {abs(ahead):.0f} s",
            "have both synchronized: timedatectl status",
        )
    newest = next((record.at for record in workspace.ledger.audits(1)), now)
    if newest - now > CLOCKS:
        raise DeploymentFailed(
            f"this machine's clock went back: the newest command in the audit is {newest - now:.0f} s in the future",
            "set the clock right: timedatectl status",
        )
