"""Opening a project: its configuration, its state directory, and the adapters."""

import os
from pathlib import Path

from bluegreen import files
from bluegreen.config.load import load
from bluegreen.deploy.author import author
from bluegreen.deploy.workspace import Workspace
from bluegreen.engine.client import connect
from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.images import DockerImages
from bluegreen.engine.machine import DockerMachine
from bluegreen.ledger.ledger import Ledger
from bluegreen.model.errors import ConfigError
from bluegreen.model.service import Project
from bluegreen.proxy.container import Identity
from bluegreen.proxy.nginx import Nginx

STATE_VARIABLE = "BLUEGREEN_STATE"
STATE_ROOT = Path("/var/lib/bluegreen")


def open_workspace(file: Path, environment: str | None, command: str) -> Workspace:
    """Open the project that `file` describes. Raises ConfigError, EngineError, LedgerError."""
    project = load(file, environment)
    folder = file.resolve().parent
    state = prepared(state_dir(project))
    client = connect()
    engine = DockerEngine(client, project.project, project.network)
    return Workspace(
        project=project,
        folder=folder,
        state=state,
        engine=engine,
        images=DockerImages(client),
        machine=DockerMachine(client, project.project),
        proxy=Nginx(engine, _proxy(project, state)),
        ledger=Ledger(state),
        author=author(command, folder),
    )


def _proxy(project: Project, state: Path) -> Identity:
    return Identity(project.project, f"{project.project}-proxy", project.network, project.proxy.image, state)


def state_dir(project: Project) -> Path:
    """Say where a project's state is: BLUEGREEN_STATE, else `state_dir`, else below /var/lib/bluegreen."""
    said = os.environ.get(STATE_VARIABLE) or project.state_dir
    return Path(said) if said else STATE_ROOT / project.project


def prepared(state: Path) -> Path:
    """Have the directory, closed to everybody else. Raises ConfigError for one that others could change."""
    try:
        files.make_dir(state)
        found = state.lstat()
    except OSError as error:
        raise ConfigError(
            f"cannot use the state directory {state}: {error.strerror}", f"run as root, or set {STATE_VARIABLE}"
        ) from error
    if state.is_symlink() or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise ConfigError(
            f"the state directory {state} could be changed by someone else: it holds secrets and decides what serves",
            f"make it a directory of your own: chown {os.geteuid()} {state}; chmod 700 {state}",
        )
    return state
