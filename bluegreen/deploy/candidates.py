"""The releases that are wanted: images resolved to digests, environment read, side by side."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256

from bluegreen.config.environment import resolved, spec_hash
from bluegreen.decide.sources import SourceAnswer
from bluegreen.deploy.selection import with_tag
from bluegreen.deploy.standing import Standing
from bluegreen.deploy.together import QUESTIONS, together
from bluegreen.deploy.verification import insist_on_digest
from bluegreen.deploy.workspace import Workspace
from bluegreen.engine.reference import parse
from bluegreen.model import ulid
from bluegreen.model.errors import ConfigError, EngineError, NoSuchImage, RegistryUnavailable
from bluegreen.model.release import Image, Release
from bluegreen.model.service import Service

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ImageChoice:
    """Which images to take instead of those in services.yaml."""

    tag: str = ""
    """For every service that is deployed."""
    images: Mapping[str, str] = field(default_factory=dict)
    """By service; stronger than `tag`."""

    def ref(self, service: Service) -> str:
        """Return the reference to resolve for a service."""
        configured = service.image or ""
        if chosen := self.images.get(service.name):
            return chosen
        return with_tag(configured, self.tag) if self.tag else configured

    def named_commits(self) -> tuple[str, ...]:
        """Return the commits of images that are named one by one."""
        return tuple(filter(None, (commit_of(parse(ref).tag) for ref in self.images.values())))


def candidates(
    workspace: Workspace, services: Sequence[Service], choice: ImageChoice, before: Standing
) -> list[Release]:
    """Resolve every service to the release that it would be now. Raises ConfigError, DeploymentFailed, EngineError."""
    for name in choice.images:
        if name not in {service.name for service in services}:
            raise ConfigError(f"--image names {name}, which is not deployed", "name a service that is")
    return together((partial(_candidate, workspace, service, choice, before) for service in services), QUESTIONS)


def _candidate(workspace: Workspace, service: Service, choice: ImageChoice, before: Standing) -> Release:
    ref = choice.ref(service)
    kept = before.unchanged(service.name, ref) if service.name not in choice.images else None
    commit = commit_of(parse(ref).tag) or workspace.author.commit
    try:
        image = workspace.images.resolve(ref, service.pull_policy, service.platform)
    except EngineError as error:
        if kept is None or not _never_built(error, kept):
            raise _explained(error, before.answers.get(service.name)) from error
        image, commit = _that_runs(workspace, kept, ref, before.answers[service.name].why), kept.commit
    if workspace.project.require_digest:
        insist_on_digest(image)
    complete = resolved(service, workspace.folder).model_copy(update={"image": image.ref})
    now = time.time()
    release = Release(ulid.new(now), complete, image, shape(complete), commit, now)
    known = workspace.ledger.same_release(release)
    return replace(release, id=known) if known else release


def commit_of(tag: str) -> str:
    """By convention an image's tag is the commit that it is built from; any other tag names none."""
    return tag if _COMMIT.fullmatch(tag) else ""


def _never_built(error: EngineError, kept: Release) -> bool:
    """Whether there is no such image; of one that no registry has, none can be asked."""
    return isinstance(error, NoSuchImage) or "@" not in kept.image.run


def _that_runs(workspace: Workspace, kept: Release, ref: str, why: str) -> Image:
    found = workspace.images.resolve(kept.image.run, "never", kept.service.platform)
    return replace(found, ref=kept.image.ref, kept=f"there is no image {ref}, and {why}: the one that runs stays")


def _explained(error: EngineError, answer: SourceAnswer | None) -> EngineError:
    """Say with an image that is not here whether it had to be built; perhaps no registry is ever to have it."""
    if answer is None or not isinstance(error, NoSuchImage | RegistryUnavailable):
        return error
    told = "it can't be told whether its source changed: " if answer.changed is None else ""
    hint = f"build it: bluegreen changed; {error.hint}"
    if isinstance(error, RegistryUnavailable):
        hint = f"{error.hint}\nif it was not built yet: bluegreen changed"
    return type(error)(f"{error.message}; {told}{answer.why}", hint)


def shape(service: Service) -> str:
    """Hash everything that makes another release: what shapes the containers, how many, and how they are routed."""
    routed = service.model_dump_json(include={"replicas", "port", "routes"})
    return sha256(f"{spec_hash(service)} {routed}".encode()).hexdigest()


def pull(workspace: Workspace, releases: Sequence[Release], note: Callable[[str, str], None]) -> None:
    """Pull the images that the engine lacks, each once, side by side. Raises EngineError."""
    missing: dict[str, tuple[Image, Service]] = {
        r.image.run: (r.image, r.service) for r in releases if not r.image.present
    }
    together(
        partial(workspace.images.pull, image, service.platform, partial(note, service.name))
        for image, service in missing.values()
    )
