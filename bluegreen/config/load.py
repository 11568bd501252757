"""services.yaml, read for one environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from bluegreen.config.build import Builder
from bluegreen.config.checks import check
from bluegreen.config.checks.certificate_files import check_certificate_files
from bluegreen.config.checks.env_files import check_env_files
from bluegreen.config.node import Entries, Places
from bluegreen.config.overlay import environment_names, overlaid
from bluegreen.config.problem import Report
from bluegreen.config.read import read
from bluegreen.model.service import Project


def load(path: Path, environment: str | None, variables: Mapping[str, str] = os.environ) -> Project:
    """Read services.yaml with one environment's overlay, None for the base alone.

    Raises InvalidConfig with everything that is wrong, in the order of the file; no message holds a value that may be
    secret.
    """
    return load_placed(path, environment, variables)[0]


def load_placed(
    path: Path, environment: str | None, variables: Mapping[str, str] = os.environ, *, files: bool = True
) -> tuple[Project, Places]:
    """Read it with the places of everything in it; `files`: those that it names must be there. Raises InvalidConfig."""
    report = Report(str(path))
    root = overlaid(read(path, report), environment, report)
    base = path.absolute().parent
    builder = Builder(root, base, variables, report)
    project = builder.project(environment)
    if project:
        check(project, builder.places())
        if files:
            check_env_files(project, base, variables, builder.places())
            check_certificate_files(project, builder.places())
    if project is None or report.problems:
        report.stop()
    return project, builder.places()


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
