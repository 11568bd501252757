"""How each service stands before a deployment: what runs, and whether its sources changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluegreen.decide.plan import Current
from bluegreen.decide.sources import SourceAnswer, sources
from bluegreen.deploy.current import current
from bluegreen.deploy.differences import differences
from bluegreen.deploy.workspace import Workspace
from bluegreen.engine.reference import parse
from bluegreen.model.release import Release
from bluegreen.model.service import Service


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known before anything is resolved, by service."""

    current: Mapping[str, Current]
    answers: Mapping[str, SourceAnswer]
    """Of services that run and say what they are built from."""

    def unchanged(self, service: str, ref: str) -> Release | None:
        """Return the release that runs, if its repository is the one of `ref` and no source changed since."""
        release = self.current[service].release
        same = release is not None and parse(release.image.ref).repository == parse(ref).repository
        return release if same and service in self.answers and self.answers[service].changed is False else None


def standing(workspace: Workspace, services: Sequence[Service]) -> Standing:
    """Look at what runs, and ask git about services that have `source` or `ignore`."""
    now = current(workspace, workspace.proxy.view(), workspace.apps())
    said = [service for service in services if service.source is not None or service.ignore]
    bases = {service.name: release.commit for service in said if (release := now[service.name].release)}
    known = differences(workspace.folder, bases.values(), workspace.author.commit)
    answers = {s.name: sources(s, known[bases[s.name]]) for s in said if s.name in bases}
    return Standing(now, answers)
