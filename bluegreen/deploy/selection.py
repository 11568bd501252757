"""Which services are meant, and by which tag."""

from collections.abc import Sequence

from bluegreen.model.errors import ConfigError
from bluegreen.model.project import Project
from bluegreen.model.service import Kind, Service


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
