"""changed: which services have to be built, asked of git and of what runs; needs no engine."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bluegreen.decide.sources import Difference, SourceAnswer, sources, worst
from bluegreen.deploy.author import commit_here
from bluegreen.deploy.ci import from_environment
from bluegreen.deploy.differences import differences
from bluegreen.deploy.selection import selected, with_tag
from bluegreen.git import Repository
from bluegreen.model.container import Container, Role
from bluegreen.model.errors import CommandError, EngineError
from bluegreen.model.project import Project
from bluegreen.model.service import Service

Containers = Callable[[Project], Sequence[Container]]
"""Says what runs. Raises EngineError."""


@dataclass(frozen=True, slots=True)
class ChangedService:
    """One service: whether it has to be built, why, and as what."""

    service: str
    changed: bool
    why: str
    image: str
    """What a deployment of this commit takes: the image to build, whose tag is the commit, else the one that runs."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The answer for one commit."""

    commit: str
    """Empty where it is not known."""
    services: tuple[ChangedService, ...]


@dataclass(frozen=True, slots=True)
class _Bases:
    """The commits to compare with, by service."""

    commits: Mapping[str, Collection[str]]
    otherwise: str
    """Why a service has none."""
    images: Mapping[str, str] = field(default_factory=dict)
    """What runs of a service, by its digest; of what no registry has there is none."""

    def answer(self, service: Service, known: Mapping[str, Difference]) -> SourceAnswer:
        found = [known[base] for base in self.commits.get(service.name, ())]
        return worst([sources(service, each) for each in found or [Difference("", unknown=self.otherwise)]])


def changed(project: Project, folder: Path, names: Sequence[str], since: str, running: Containers) -> Changes:
    """Say which services have to be built at this commit: since the commit `since`, else since what runs.

    What can't be told counts as changed. Raises ConfigError for a name that is no service's.
    """
    services = selected(project, names)
    head = from_environment(os.environ).commit or commit_here(folder)
    bases = _since(folder, since, services) if since else _running(project, running)
    known = differences(folder, {base for commits in bases.commits.values() for base in commits}, head)
    return Changes(head, tuple(_service(service, bases, known, head) for service in services))


def _service(service: Service, bases: _Bases, known: Mapping[str, Difference], head: str) -> ChangedService:
    answer, image = bases.answer(service, known), service.image or ""
    if answer.changed is False:
        return ChangedService(service.name, False, answer.why, bases.images.get(service.name, image))  # noqa: FBT003
    why = f"it can't be told what changed: {answer.why}" if answer.changed is None else answer.why
    return ChangedService(service.name, True, why, with_tag(image, head) if head else image)  # noqa: FBT003


def _since(folder: Path, since: str, services: Sequence[Service]) -> _Bases:
    try:
        base = Repository(folder).commit(since)
    except CommandError as error:
        return _Bases({}, error.message)
    return _Bases({service.name: (base,) for service in services}, "")


def _running(project: Project, running: Containers) -> _Bases:
    """Take the commits that the labels of containers name; two colors may run, the newer last."""
    try:
        found = sorted(running(project), key=lambda c: c.deployment)
    except EngineError as error:
        return _Bases({}, f"{error.message} (without an engine: --since REF, or --running FILE)")
    containers = [c for c in found if c.role is Role.APP and c.running]
    commits: dict[str, set[str]] = {}
    for container in containers:
        commits.setdefault(container.service, set()).add(container.commit)
    images = {c.service: c.image for c in containers if "@" in c.image}
    return _Bases(commits, "nothing of it runs here (elsewhere: --since REF, or --running FILE)", images)
