"""The proxy on its own: have it run, and say what it serves."""

from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.errors import ProxyError


def proxy_up(workspace: Workspace, wait_lock: float = 0.0) -> int:
    """Have the proxy run, with the configuration that services.yaml asks for; return the generation it serves.

    `wait_lock`: seconds to wait for another command to end. Raises LockHeld, EngineError, ProxyError.
    """
    with workspace.locked(wait_lock):
        if workspace.machine.network(workspace.project.network) is None:
            workspace.machine.create_network(workspace.project.network)
        plan = RoutingPlan(workspace)
        routing = plan.routing(workspace.proxy.view(), workspace.apps())
        workspace.proxy.up(routing, plan.aliases())
        return workspace.proxy.prepare(routing)


def proxy_show(workspace: Workspace) -> str:
    """Return the text of the configuration that nginx serves by its own word. Raises ProxyError."""
    generation = workspace.proxy.view().generation
    if generation is None:
        raise ProxyError("the proxy does not answer, so it is unknown what serves", "run: bluegreen proxy up")
    folder = workspace.state / "nginx" / "generations" / f"{generation:06d}"
    try:
        return (folder / "nginx.conf").read_text()
    except OSError as error:
        raise ProxyError(f"cannot read generation {generation}: {error.strerror} ({folder})") from error
