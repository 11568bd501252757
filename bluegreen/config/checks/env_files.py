"""Env files: there, readable, and well written."""

from collections.abc import Mapping
from pathlib import Path

from bluegreen.config.dotenv import read_env_file
from bluegreen.config.node import Places
from bluegreen.config.problem import InvalidConfig, KeyPath, dotted
from bluegreen.model.project import Project

HIDDEN = "could be changed by somebody else: look at owners, modes and links on its way"
"""In place of a path that came from a variable."""


def check_env_files(project: Project, base: Path, variables: Mapping[str, str], places: Places) -> None:
    """Report env files that can't be read, where they are named, and their lines that are wrong, in the files."""
    seen = set()
    for service in project.services.values():
        for index, name in enumerate(service.env_file):
            if name not in seen:
                seen.add(name)
                _check(base / name, ("services", service.name, "env_file", index), variables, places)


def _check(file: Path, path: KeyPath, variables: Mapping[str, str], places: Places) -> None:
    foreign = places.hidden(path)
    shown = dotted(path) if foreign else str(file)
    try:
        read_env_file(file, shown, variables)
    except InvalidConfig as error:
        for problem in error.problems:
            if problem.line:
                places.report.problems.add(problem)
            else:
                places.add(path, HIDDEN if foreign and "/" in problem.message else problem.message)
