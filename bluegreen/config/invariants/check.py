"""All environments of a services.yaml, checked against their Compose files."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bluegreen.config.composefile.project import Composed, read_compose
from bluegreen.config.invariants import findings, idle_waivers, unwaived
from bluegreen.config.invariants.compared import Compared
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.load import compared_environments, load_placed
from bluegreen.model.project import Project


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found."""

    project: Project
    findings: tuple[Finding, ...]
    waived: int
    """Violations that a waiver is for."""
    compared: tuple[str, ...]
    """The environments whose Compose files were compared."""

    @property
    def fails(self) -> bool:
        """Whether any rule is violated that fails the check."""
        return any(each.fails for each in self.findings)


def check(file: Path, environment: str | None, variables: Mapping[str, str] = os.environ) -> Checked:
    """Check one environment; without one, the file itself and all that have Compose files or are disposable.

    Of environments that were not named, env files and certificates may be missing: they are elsewhere.

    Raises InvalidConfig for what makes the configuration useless.
    """
    sides = list(_sides(file, environment, variables))
    found = [each for side in sides for each in findings(side)]
    waive = sides[0].project.waive
    kept = unwaived(found, waive)
    idle = list(idle_waivers(found, sides[0])) if environment is None else []
    compared = tuple(side.project.environment or "" for side in sides if side.composed)
    return Checked(sides[0].project, (*kept, *idle), len(found) - len(kept), compared)


def _sides(file: Path, environment: str | None, variables: Mapping[str, str]) -> Iterator[Compared]:
    first = _side(file, environment, variables)
    yield first
    if environment is None:
        for name in compared_environments(file):
            yield _side(file, name, variables, files=False)


def _side(file: Path, environment: str | None, variables: Mapping[str, str], *, files: bool = True) -> Compared:
    project, places = load_placed(file, environment, variables, files=files)
    return Compared(project, places, file.parent, _composed(project, file.parent, variables), variables)


def _composed(project: Project, folder: Path, variables: Mapping[str, str]) -> Composed | None:
    if project.compose is None:
        return None
    return read_compose([folder / name for name in project.compose.files], project.compose.profiles, variables)
