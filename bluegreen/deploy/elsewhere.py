"""What runs on another machine, as its `status --json` says."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bluegreen.model.container import Container, Role, State
from bluegreen.model.errors import ConfigError


def elsewhere(project: str, document: str) -> Sequence[Container]:
    """Read what runs of a project from what `status --json` printed. Raises ConfigError for anything else."""
    try:
        said = json.loads(document)
        theirs = said["project"]
        found = [_container(service) for service in said["services"] if service["containers"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            "what runs is not known: this is no output of `bluegreen status --json`",
            "ssh HOST bluegreen status --json > running.json",
        ) from error
    if theirs != project:
        raise ConfigError(f"this is the status of the project {theirs}, not of {project}")
    return found


def _container(service: Mapping[str, Any]) -> Container:
    name, commit, image = (str(service[key]) for key in ("service", "commit", "runs"))
    return Container(name, "", Role.APP, State.RUNNING, name, commit=commit, image=image)
