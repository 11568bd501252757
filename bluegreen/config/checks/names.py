"""Names that others hold already."""

import re
from collections.abc import Iterator

from bluegreen.config.problem import KeyPath
from bluegreen.model.project import Project
from bluegreen.model.service import Service

_CONTAINER = re.compile(r".*-(?:(?:blue|green)(?:-[0-9]+)?|release-command)")
_OURS = "bluegreen."
_MODES = frozenset({"host", "none", "bridge", "default"})


def check_names(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find services whose names containers of ours could have."""
    for name in project.services:
        if _CONTAINER.fullmatch(name):
            yield ("services", name), "a service's name can't end like a container's: -blue, -green, -release-command"
        if name == f"{project.project}-proxy":
            yield ("services", name), "is the name of the project's proxy"


def check_networks(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find networks that can't be shared, or are there already."""
    if project.network in _MODES:
        yield ("network",), "is a mode of the engine: name a network, such as shop-network"
    for name, service in project.services.items():
        for index, network in enumerate(service.networks):
            path = ("services", name, "networks", index)
            if network in _MODES:
                yield path, "is a mode of the engine: name a network, such as backend"
            if network == project.network:
                yield path, "every service is in the project's network already"
            if network in service.networks[:index]:
                yield path, "is there already"


def check_reserved(service: Service) -> Iterator[tuple[KeyPath, str]]:
    """Find labels and variables that are ours."""
    for key, names in (("environment", service.environment), ("labels", service.labels)):
        for name in names:
            if name.lower().startswith(_OURS):
                yield (key, name), f"names that start with {_OURS} are reserved"
