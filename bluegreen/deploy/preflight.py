"""Preflight: everything that can be known to be wrong before anything is touched."""

from functools import partial

from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.together import together
from bluegreen.deploy.workspace import Workspace
from bluegreen.health.database import verify
from bluegreen.model.container import Container, Label
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.routing import ProxyView
from bluegreen.model.service import Kind


def preflight(workspace: Workspace) -> list[str]:
    """Verify databases, network and names; return what was found, a line each. Raises DeploymentFailed."""
    if workspace.machine.network(workspace.project.network) is None:
        workspace.machine.create_network(workspace.project.network)
    databases = workspace.project.of_kind(Kind.DATABASE)
    checks = [partial(_database, workspace, service.name) for service in databases]
    checks += [partial(_name_is_free, workspace, service.name) for service in workspace.project.of_kind(Kind.WEB)]
    return [line for line in together(checks) if line]


def ensure_proxy(workspace: Workspace) -> ProxyView:
    """Have the proxy run and answer; return what it serves. Raises ProxyError."""
    view = workspace.proxy.view()
    if view.running and view.generation is not None:
        return view
    plan = RoutingPlan(workspace)
    workspace.proxy.up(plan.routing(view, workspace.apps()), plan.aliases())
    return workspace.proxy.view()


def _database(workspace: Workspace, name: str) -> str:
    return f"{name}: {verify(workspace.engine, workspace.project.services[name])}"


def _name_is_free(workspace: Workspace, name: str) -> str:
    """A container that holds a canonical name would get a share of the internal traffic."""
    holder: Container | None = workspace.engine.find(name)
    if holder is not None and holder.running:
        raise DeploymentFailed(
            f"a container named {name} runs, and that name must lead to the proxy ({Label.PROJECT} is not ours)",
            f"move its traffic first, then: docker rm -f {name}",
        )
    return ""
