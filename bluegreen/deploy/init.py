"""init: what is there already, as a services.yaml."""

from pathlib import Path

from bluegreen.config.draft.draft import draft, plain_name
from bluegreen.config.draft.from_compose import from_compose
from bluegreen.config.draft.write import Written, write_draft
from bluegreen.engine.client import connect
from bluegreen.engine.found import from_containers
from bluegreen.model.errors import ConfigError

COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""In the order in which Compose looks for them."""


def init(file: Path, compose: tuple[Path, ...], containers: tuple[str, ...]) -> Written:
    """Draft `file` from Compose files, the one beside it unless named, or from containers.

    Raises ConfigError, EngineError.
    """
    if compose and containers:
        raise ConfigError("init reads Compose files or containers, not both", "leave out --compose or --container")
    if containers:
        name = plain_name(file.absolute().parent.name) or "shop"
        return write_draft(draft(from_containers(connect(), name, containers)), file)
    there = compose or tuple(path for name in COMPOSE_FILES if (path := file.parent / name).exists())[:1]
    if not there:
        raise ConfigError(
            f"there is no Compose file beside {file}",
            "name one with --compose, or running containers with --container",
        )
    return write_draft(draft(from_compose(there, file.absolute().parent)), file)
