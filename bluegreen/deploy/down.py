"""down: away with everything that `up` made."""

from dataclasses import dataclass
from functools import partial

from bluegreen import files
from bluegreen.deploy.together import together
from bluegreen.deploy.up import require_disposable
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.lock import locked

GRACE = 10.0


@dataclass(frozen=True, slots=True)
class Removed:
    """What is gone, and what stays."""

    containers: tuple[str, ...]
    network: str
    """"" where it is not there, or was not made by `up`."""
    volumes: tuple[str, ...]
    kept_volumes: tuple[str, ...]


def down(workspace: Workspace, wait_lock: float, *, volumes: bool) -> Removed:
    """Remove containers, network, state directory and, where asked for, volumes. Raises ConfigError, EngineError.

    Whatever fails, the next `down` goes on. The state directory goes last: until then it says what this is.
    """
    require_disposable(workspace.project)
    engine, machine, network = workspace.engine, workspace.machine, workspace.project.network
    with locked(workspace.state / "lock", workspace.author, wait_lock):
        names = tuple(sorted(container.name for container in engine.containers()))
        together(partial(_end, workspace, name) for name in names)
        found = machine.network(network)
        gone = network if found and found.ours else ""
        if gone:
            machine.remove_network(network)
        made = machine.volumes()
        if volumes:
            together(partial(machine.remove_volume, name) for name in made)
        workspace.ledger.close()
        files.remove(workspace.state)
    return Removed(names, gone, made if volumes else (), () if volumes else made)


def _end(workspace: Workspace, name: str) -> None:
    workspace.engine.stop(name, GRACE)
    workspace.engine.remove(name)
