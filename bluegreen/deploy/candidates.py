"""The releases that are wanted: images resolved to digests, environment read, side by side."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256

from bluegreen.config.environment import resolved, spec_hash
from bluegreen.deploy.together import together
from bluegreen.deploy.verification import insist_on_digest
from bluegreen.deploy.workspace import Workspace
from bluegreen.model import ulid
from bluegreen.model.errors import ConfigError
from bluegreen.model.release import Image, Release
from bluegreen.model.service import Kind, Project, Service


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


def with_tag(ref: str, tag: str) -> str:
    """Replace an image reference's tag or digest."""
    name = ref.partition("@")[0]
    folder, slash, last = name.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}:{tag}"


def selected(project: Project, names: Sequence[str]) -> tuple[Service, ...]:
    """Return the services to deploy: those named, else all but databases. Raises ConfigError."""
    services = project.services
    for name in names:
        if name not in services:
            raise ConfigError(f"there is no service {name}", f"services.yaml has: {', '.join(services)}")
        if services[name].kind is Kind.DATABASE:
            raise ConfigError(f"{name} is a database: verified, never replaced", "leave it out")
    return tuple(s for s in services.values() if s.kind is not Kind.DATABASE and (s.name in names or not names))


def candidates(workspace: Workspace, services: Sequence[Service], choice: ImageChoice) -> list[Release]:
    """Resolve every service to the release that it would be now. Raises ConfigError, EngineError."""
    for name in choice.images:
        if name not in {service.name for service in services}:
            raise ConfigError(f"--image names {name}, which is not deployed", "name a service that is")
    return together(partial(_candidate, workspace, service, choice.ref(service)) for service in services)


def _candidate(workspace: Workspace, service: Service, ref: str) -> Release:
    image = workspace.images.resolve(ref, service.pull_policy, service.platform)
    if workspace.project.require_digest:
        insist_on_digest(image)
    complete = resolved(service, workspace.folder).model_copy(update={"image": ref})
    now = time.time()
    release = Release(ulid.new(now), complete, image, _shape(complete), workspace.author.commit, now)
    known = workspace.ledger.same_release(release)
    return replace(release, id=known) if known else release


def _shape(service: Service) -> str:
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
