"""What the rules look at: services.yaml in one environment, beside that environment's Compose files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bluegreen.config.composefile.environment import Variable, environment, variables_of
from bluegreen.config.composefile.project import Composed
from bluegreen.config.composefile.service import ComposeService
from bluegreen.config.composefile.tree import HIDDEN, Place
from bluegreen.config.node import Places, has_failed
from bluegreen.config.problem import KeyPath
from bluegreen.model.project import Project
from bluegreen.model.service import Service


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides of the comparison."""

    project: Project
    places: Places
    """Of services.yaml."""
    folder: Path
    """Where services.yaml lies."""
    composed: Composed | None
    """None where the environment has no Compose files."""
    variables: Mapping[str, str]

    def place(self, *path: str | int) -> Place:
        """Return where a path of services.yaml is written."""
        where: KeyPath = path
        return Place(self.places.report.file, *self.places.find(where)[0])

    def shown(self, value: object, *path: str | int) -> str:
        """Return a value of services.yaml as it may stand in a message."""
        return HIDDEN if self.places.hidden(path) else str(value)

    def pairs(self) -> Iterator[tuple[Service, ComposeService]]:
        """Yield the services that both have."""
        for service in self.project.services.values():
            if self.composed and service.name in self.composed.services:
                yield service, self.composed.services[service.name]

    def environments(self) -> Iterator[tuple[str, dict[str, Variable]]]:
        """Yield the variables of every service of both sides. Raises InvalidConfig."""
        for service in self.project.services.values():
            yield service.name, self._variables(service)
        for name, composed in (self.composed.services if self.composed else {}).items():
            yield name, environment(composed, self.variables)

    def _variables(self, service: Service) -> dict[str, Variable]:
        found: dict[str, Variable] = {}
        for path in (self.folder / name for name in service.env_file):
            if path.exists():
                found.update(variables_of(path, self.variables))
        own = {name: self._own(service, name) for name in service.environment}
        return {name: each for name, each in (found | own).items() if each}

    def _own(self, service: Service, name: str) -> Variable | None:
        path = ("services", service.name, "environment", name)
        if has_failed(self.places.find(path)[2]):
            return None
        return Variable(service.environment[name], self.place(*path), self.places.hidden(path))
