"""The proxy on its own: have it run, and say what it serves."""

from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.errors import ConfigError, NeedsHuman, ProxyError
from bluegreen.model.routing import ProxyView
from bluegreen.proxy.layout import generation_dir

OUTDATED = "the proxy's container lacks what services.yaml says by now (a canonical name, a port or another image)"
REPLACE = "bluegreen proxy up --replace makes it anew; it refuses connections for 1 to 6 s meanwhile"


def proxy_up(workspace: Workspace, wait_lock: float = 0.0, *, replace: bool = False) -> int:
    """Have the proxy run, with the configuration that services.yaml asks for; return the generation it serves.

    `wait_lock`: seconds to wait for another command to end. What only a new container can bring is refused, unless
    it may `replace` the one that runs; that one serves until the new one's image is here and has passed its test.
    Raises LockHeld, ConfigError, EngineError, ProxyError, NeedsHuman.
    """
    with workspace.locked(wait_lock):
        refuse_edited(workspace)
        ensure_network(workspace)
        plan = RoutingPlan(workspace)
        view = ensure_image(workspace)
        routing = plan.routing(view, workspace.apps())
        if view.running and workspace.proxy.outdated(routing, plan.aliases()):
            if not replace:
                raise NeedsHuman(OUTDATED, REPLACE)
            _have_image(workspace)
            workspace.proxy.renew(routing, plan.aliases())
            # the slots hold names or addresses, as the nginx of before could do
            routing = RoutingPlan(workspace).routing(workspace.proxy.view(), workspace.apps())
        workspace.proxy.up(routing, plan.aliases())
        return _generation(workspace)


def refuse_edited(workspace: Workspace) -> None:
    """Refuse to put another configuration in the place of one that a person has edited. Raises ConfigError."""
    if edited := workspace.proxy.view().edited:
        raise ConfigError(
            f"nginx's configuration is not as bluegreen wrote it: {'; '.join(edited)}",
            "bluegreen doctor --fix writes a new one, and leaves yours beside it",
        )


def ensure_proxy(workspace: Workspace) -> tuple[ProxyView, str]:
    """Have the proxy run and answer; return what it serves, and what it lacks, if anything. Raises ProxyError."""
    view = ensure_image(workspace)
    plan = RoutingPlan(workspace)
    routing = plan.routing(view, workspace.apps())
    if view.running and view.generation is not None:
        return view, f"{OUTDATED}; {REPLACE}" if workspace.proxy.outdated(routing, plan.aliases()) else ""
    workspace.proxy.up(routing, plan.aliases())
    return workspace.proxy.view(), ""


def ensure_image(workspace: Workspace) -> ProxyView:
    """Have the proxy's image where no proxy runs yet; return what it serves."""
    view = workspace.proxy.view()
    if not view.running:
        _have_image(workspace)
    return view


def _have_image(workspace: Workspace) -> None:
    image = workspace.images.resolve(workspace.project.proxy.image, "missing", None)
    if not image.present:
        workspace.images.pull(image, None, lambda _line: None)


def ensure_network(workspace: Workspace) -> None:
    """Create the project's network where it is missing."""
    if workspace.machine.network(workspace.project.network) is None:
        workspace.machine.create_network(workspace.project.network)


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
