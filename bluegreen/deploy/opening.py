"""Opening a project: its configuration, its state directory, and the adapters."""

import os
import stat
from pathlib import Path

from bluegreen import files
from bluegreen.config.load import load
from bluegreen.deploy.author import author
from bluegreen.deploy.workspace import Workspace
from bluegreen.engine.adopted import Adopted
from bluegreen.engine.client import connect
from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.images import DockerImages
from bluegreen.engine.machine import DockerMachine
from bluegreen.hooks import HostHooks
from bluegreen.ledger.ledger import Ledger
from bluegreen.model.errors import ConfigError, StateError
from bluegreen.model.project import Project
from bluegreen.notify.webhooks import Webhooks
from bluegreen.ownership import fault
from bluegreen.proxy.container import Identity
from bluegreen.proxy.nginx import Nginx
from bluegreen.timing import imported, part

STATE_VARIABLE = "BLUEGREEN_STATE"
STATE_ROOT = Path("/var/lib/bluegreen")
_OWNER = "belongs-to"


def open_workspace(file: Path, environment: str | None, command: str, *, blank: bool = False) -> Workspace:
    """Open the project that `file` describes; `blank`: without its ledger, to look only.

    Raises ConfigError, EngineError, LedgerError, LedgerUnusable.
    """
    imported()
    with part("services.yaml"):
        project = load(file, environment)
    folder = file.resolve().parent
    state = prepared(state_dir(project))
    claim(state, project)
    with part("connect"):
        client = connect()
    disposable = disposable_name(project)
    ledger = Ledger.blank(state) if blank else Ledger(state)
    engine = DockerEngine(client, project.project, project.network, disposable, Adopted(state))
    return Workspace(
        project=project,
        folder=folder,
        state=state,
        engine=engine,
        images=DockerImages(client),
        machine=DockerMachine(client, project.project, disposable),
        proxy=Nginx(engine, _proxy(project, state), ledger),
        hooks=HostHooks(folder),
        ledger=ledger,
        author=author(command, folder),
        notifier=Webhooks(project.notify, folder),
    )


def open_engine(project: Project) -> DockerEngine:
    """Open the engine alone, to look at what runs. Raises EngineError."""
    return DockerEngine(connect(), project.project, project.network)


def _proxy(project: Project, state: Path) -> Identity:
    return Identity(project.project, f"{project.project}-proxy", project.network, project.proxy.image, state)


def state_dir(project: Project) -> Path:
    """Say where a project's state is: BLUEGREEN_STATE, else `state_dir`, else below /var/lib/bluegreen.

    A disposable environment has a directory of its own, which goes with it.
    """
    said = os.environ.get(STATE_VARIABLE) or project.state_dir
    name = ".".join(filter(None, (project.project, disposable_name(project))))
    return Path(said).absolute() if said else STATE_ROOT / name


def disposable_name(project: Project) -> str:
    """Return the name of a disposable environment, "" for one that lasts."""
    return (project.environment or "") if project.disposable else ""


def claim(state: Path, project: Project) -> None:
    """Have the directory belong to one project, and to one environment where that is disposable. Raises ConfigError.

    Another project's unfinished deployment is not ours to finish, and what is disposable is removed as a whole.
    """
    marker, wanted = state / _OWNER, " ".join(filter(None, (project.project, disposable_name(project))))
    said = marker.read_text() if marker.exists() else ""
    if said == wanted:
        return
    if said or (project.disposable and any(state.iterdir())):
        raise ConfigError(
            f"the state directory {state} is that of {_whose(said)}",
            f"name another one: {STATE_VARIABLE}, or state_dir",
        )
    files.write(marker, wanted.encode())


def _whose(owner: str) -> str:
    project, _, environment = owner.partition(" ")
    if environment:
        return f"the disposable environment {environment} of project {project}"
    return f"project {project}" if project else "an environment that lasts"


def prepared(state: Path) -> Path:
    """Have the directory, closed to everybody else. Raises ConfigError for one that others could look into or change.

    Nobody else can put anything into it from then on: what lies in it needs no more than one look.
    """
    try:
        _check_ownership(state)
        files.make_dir(state)
        for entry in (state, *state.iterdir()):
            _check_private(state, entry)
    except (OSError, StateError) as error:
        raise ConfigError(
            f"cannot use the state directory {state}: {error}", f"run as root, or set {STATE_VARIABLE}"
        ) from error
    return state


def _check_ownership(state: Path) -> None:
    if wrong := fault(state):
        raise ConfigError(
            f"refuse to use the state directory {state}: {wrong.what}, and what is in it decides what serves",
            wrong.remedy,
        )


def _check_private(state: Path, entry: Path) -> None:
    try:
        found = entry.lstat()
    except FileNotFoundError:
        # what another command has just put aside or away
        return
    if stat.S_ISLNK(found.st_mode) or found.st_uid != os.geteuid():
        raise ConfigError(
            f"refuse to use the state directory {state}: someone else made {entry}",
            f"look at it: ls -ld {entry}; then remove it, or: chown -h {os.geteuid()} {entry}",
        )
    if found.st_mode & (0o077 if entry == state else 0o022):
        raise ConfigError(
            f"refuse to use the state directory {state}: {entry} is open to others"
            f" (mode {stat.S_IMODE(found.st_mode):04o}), and what is in it is secret and decides what serves",
            f"chmod go-rwx {entry}"
            if _is_ours(state)
            else f"name a directory of its own: {STATE_VARIABLE}, or state_dir",
        )


def _is_ours(state: Path) -> bool:
    """Whether nothing else lies there that closing it would lock others out of."""
    return (state / _OWNER).exists() or not any(state.iterdir())
