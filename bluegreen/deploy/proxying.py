"""The proxy on its own: have it run, and say what it serves."""

from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.errors import ProxyError
from bluegreen.proxy.layout import generation_dir


def proxy_up(workspace: Workspace, wait_lock: float = 0.0) -> int:
    """Have the proxy run, with the configuration that services.yaml asks for; return the generation it serves.

    `wait_lock`: seconds to wait for another command to end. Raises LockHeld, EngineError, ProxyError.
    """
    with workspace.locked(wait_lock):
        if workspace.machine.network(workspace.project.network) is None:
            workspace.machine.create_network(workspace.project.network)
        plan = RoutingPlan(workspace)
        workspace.proxy.up(plan.routing(workspace.proxy.view(), workspace.apps()), plan.aliases())
        return _generation(workspace)


def proxy_show(workspace: Workspace) -> str:
    """Return the text of the configuration that nginx, by its own word, serves. Raises ProxyError."""
    number = _generation(workspace)
    path = workspace.state / "nginx" / generation_dir(number) / "nginx.conf"
    try:
        return path.read_text()
    except OSError as error:
        raise ProxyError(f"cannot read {path}, which nginx serves: {error.strerror}") from error


def _generation(workspace: Workspace) -> int:
    number = workspace.proxy.view().generation
    if number is None:
        raise ProxyError("the proxy does not answer, so it is unknown what it serves", "run: bluegreen proxy up")
    return number
