"""Preflight: everything that can be known to be wrong before anything is touched."""

from functools import partial

from bluegreen.deploy.proxying import ensure_network
from bluegreen.deploy.together import together
from bluegreen.deploy.workspace import Workspace
from bluegreen.health.database import verify
from bluegreen.model.container import Container
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.service import Kind


def preflight(workspace: Workspace) -> list[str]:
    """Verify databases, network and names; return what was found, a line each. Raises DeploymentFailed."""
    ensure_network(workspace)
    databases = workspace.project.of_kind(Kind.DATABASE)
    checks = [partial(_database, workspace, service.name) for service in databases]
    checks += [partial(_name_is_free, workspace, service.name) for service in workspace.project.of_kind(Kind.WEB)]
    return [line for line in together(checks) if line]


def _database(workspace: Workspace, name: str) -> str:
    return f"{name}: {verify(workspace.engine, workspace.project.services[name])}"


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
