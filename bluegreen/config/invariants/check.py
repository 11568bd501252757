"""All environments of a services.yaml, checked against their Compose files."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bluegreen.config.checks.env_files import HIDDEN
from bluegreen.config.composefile.project import Composed, read_compose
from bluegreen.config.invariants import findings, idle_waivers, unwaived
from bluegreen.config.invariants.compared import Compared
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.load import compared_environments, environments, load_placed
from bluegreen.config.node import Places, has_failed
from bluegreen.config.problem import InvalidConfig, Problem
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
    """Check one environment; without one, the file itself and every environment.

    Of environments that were not named, env files, certificates and variables may be missing: they are elsewhere.

    Raises InvalidConfig for what makes the configuration useless.
    """
    sides = _sides(file, environment, variables)
    found = [each for side in sides for each in findings(side)]
    waive = sides[0].project.waive
    kept = unwaived(found, waive)
    idle = list(idle_waivers(found, sides[0])) if environment is None else []
    compared = tuple(side.project.environment or "" for side in sides if side.composed)
    return Checked(sides[0].project, (*kept, *idle), len(found) - len(kept), compared)


def _sides(file: Path, environment: str | None, variables: Mapping[str, str]) -> list[Compared]:
    """Build what is to be checked; what is wrong in one environment hides nothing in the others."""
    others = environments(file) if environment is None else ()
    compared = {environment, *compared_environments(file)}
    sides: list[Compared] = []
    problems: set[Problem] = set()
    told: set[tuple[str, str, str]] = set()
    for name in (environment, *others):
        try:
            project, places = load_placed(file, name, variables, elsewhere=name != environment)
            if name in compared:
                composed = _composed(project, places, file.parent, variables)
                sides.append(Compared(project, places, file.parent, composed, variables))
        except InvalidConfig as error:
            problems |= {each for each in error.problems if (each.file, each.path, each.message) not in told}
            if name == environment:
                told = {(each.file, each.path, each.message) for each in problems}
    if problems:
        raise InvalidConfig(problems)
    return sides


def _composed(project: Project, places: Places, folder: Path, variables: Mapping[str, str]) -> Composed | None:
    if project.compose is None or has_failed(places.find(("compose",))[2]):
        return None
    files = [folder / name for name in project.compose.files]
    try:
        return read_compose(files, project.compose.profiles, variables)
    except InvalidConfig as error:
        for problem in error.problems:
            _report(problem, [str(file) for file in files], places)
        places.report.stop()


def _report(problem: Problem, files: Sequence[str], places: Places) -> None:
    """Report what is wrong in a Compose file, and where it is named if it can't be read at all."""
    if problem.line or problem.file not in files:
        places.report.problems.add(problem)
    else:
        path = ("compose", "files", files.index(problem.file))
        places.add(path, HIDDEN if places.hidden(path) and "/" in problem.message else problem.message)
