"""Preflight: everything that can be known to be wrong before anything is touched."""

import time
from collections.abc import Sequence
from functools import partial

from bluegreen.deploy.proxying import ensure_network
from bluegreen.deploy.storage import missing_storage
from bluegreen.deploy.together import together
from bluegreen.deploy.workspace import Workspace
from bluegreen.health.database import verify
from bluegreen.model.container import Container
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.service import Kind, Service, Strategy

CLOCKS = 60.0
"""Seconds that two clocks may differ."""


def preflight(workspace: Workspace, services: Sequence[Service] | None = None) -> list[str]:
    """Verify databases, network, volumes, clock and names before `services`, or all, are deployed.

    Return what was found, a line each. Raises DeploymentFailed.
    """
    ensure_network(workspace)
    moving = tuple(workspace.project.services.values()) if services is None else services
    copied = _copied(workspace, moving)
    checks = [partial(_database, workspace, service, copied) for service in workspace.project.of_kind(Kind.DATABASE)]
    checks += [partial(_name_is_free, workspace, service.name) for service in workspace.project.of_kind(Kind.WEB)]
    checks += [partial(_storage, workspace, service) for service in moving]
    checks += [partial(_clock, workspace)]
    return [line for line in together(checks) if line]


def _copied(workspace: Workspace, services: Sequence[Service]) -> dict[str, str]:
    """The addresses of the containers that will have a second copy beside them."""
    names = {service.name for service in services if service.strategy is not Strategy.STOP_FIRST}
    return {c.address: c.service for c in workspace.apps() if c.address and c.running and c.service in names}


def _database(workspace: Workspace, service: Service, copied: dict[str, str]) -> str:
    return f"{service.name}: {verify(workspace.engine, service, copied)}"


def _name_is_free(workspace: Workspace, name: str) -> str:
    """A container that holds a canonical name would get a share of the internal traffic."""
    holder: Container | None = workspace.engine.find(name)
    if holder is not None and holder.running:
        raise DeploymentFailed(
            f"a container named {name} runs that is not bluegreen's: inside {workspace.project.network} that name"
            " must lead to the proxy alone",
            f"docker rename {name} {name}-before, deploy, then: docker rm -f {name}-before",
        )
    return ""


def _storage(workspace: Workspace, service: Service) -> str:
    for what, remedy in missing_storage(workspace, service):
        raise DeploymentFailed(what, remedy)
    return ""


def _clock(workspace: Workspace) -> str:
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
    return ""
