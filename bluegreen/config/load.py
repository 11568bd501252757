"""services.yaml, read for one environment."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from bluegreen.config.build import Builder
from bluegreen.config.checks import check
from bluegreen.config.checks.certificate_files import check_certificate_files
from bluegreen.config.checks.env_files import check_env_files
from bluegreen.config.node import Entries, Places
from bluegreen.config.overlay import environment_names, overlaid
from bluegreen.config.problem import Report
from bluegreen.config.read import read
from bluegreen.model.project import Project

BUILT = ("kind", "image", "source", "ignore")
"""Keys of a service that say what it is built from, and as what."""


def load(path: Path, environment: str | None, variables: Mapping[str, str] = os.environ) -> Project:
    """Read services.yaml with one environment's overlay, None for the base alone.

    Raises InvalidConfig with everything that is wrong, in the order of the file; no message holds a value that may be
    secret.
    """
    return load_placed(path, environment, variables)[0]


def load_placed(
    path: Path, environment: str | None, variables: Mapping[str, str] = os.environ, *, elsewhere: bool = False
) -> tuple[Project, Places]:
    """Read it with the places of everything in it; `elsewhere`: files and variables of its own may be missing here.

    Raises InvalidConfig.
    """
    report = Report(str(path))
    root = overlaid(read(path, report), environment, report)
    base = path.absolute().parent
    builder = Builder(root, base, variables, report, elsewhere=elsewhere)
    project = builder.project(environment)
    if project and builder.complete:
        check(project, builder.places())
    if project and not elsewhere:
        check_env_files(project, base, variables, builder.places())
        check_certificate_files(project, builder.places())
    if project is None or report.problems:
        report.stop()
    return project, builder.places()


def load_sources(path: Path, environment: str | None, variables: Mapping[str, str] = os.environ) -> Project:
    """Read what a build has to know: services with their kind, image and sources.

    Where images are built, secrets and env files need not be: nothing else of a service is looked at. Raises
    InvalidConfig.
    """
    report = Report(str(path))
    root = overlaid(read(path, report), environment, report)
    project = Builder(_to_build(root), path.absolute().parent, variables, report).project(environment)
    if project is None or report.problems:
        report.stop()
    return project


def _to_build(root: Entries) -> Entries:
    nodes = {key: node for key, node in root.nodes.items() if key in ("project", "network", "services")}
    if isinstance(services := nodes.get("services"), Entries):
        nodes["services"] = services.replaced(
            {name: _only(node, BUILT) if isinstance(node, Entries) else node for name, node in services.nodes.items()}
        )
    return root.replaced(nodes)


def _only(service: Entries, keys: Collection[str]) -> Entries:
    return service.replaced({key: node for key, node in service.nodes.items() if key in keys})


def environments(path: Path) -> tuple[str, ...]:
    """Return the names of a file's environments. Raises InvalidConfig if the file can't be read."""
    return environment_names(read(path, Report(str(path))))


def compared_environments(path: Path) -> tuple[str, ...]:
    """Return those environments that say something of Compose files, or are disposable. Raises InvalidConfig."""
    root = read(path, Report(str(path)))
    overlays = root.nodes.get("environments")
    if not isinstance(overlays, Entries):
        return ()
    keys = {"compose", "disposable"}
    return tuple(
        name for name, each in overlays.nodes.items() if isinstance(each, Entries) and keys & each.nodes.keys()
    )
