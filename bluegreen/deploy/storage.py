"""Volumes and folders that services mount."""

from collections.abc import Iterator
from pathlib import Path

from bluegreen.deploy.workspace import Workspace
from bluegreen.model.service import Service


def named_volumes(service: Service) -> tuple[str, ...]:
    """Return the named volumes that a service mounts."""
    sources = (volume.partition(":")[0] for volume in service.volumes if ":" in volume)
    return tuple(source for source in sources if not source.startswith("/"))


def missing_storage(workspace: Workspace, service: Service) -> Iterator[tuple[str, str]]:
    """Find what is mounted and not there, each with what to do: the engine would start with something empty."""
    had = _had(workspace, service.name)
    for name in named_volumes(service):
        if name in had and not workspace.machine.has_volume(name):
            yield (
                f"the volume {name} of {service.name} is gone, which the release before this one had",
                f"restore it; or, if it may be empty: docker volume create {name}",
            )
    for volume in service.volumes:
        source = volume.partition(":")[0]
        if ":" in volume and source.startswith("/") and not Path(source).exists():
            yield f"{service.name} mounts {source}, which does not exist on this machine", f"mkdir -p {source}"


def _had(workspace: Workspace, service: str) -> tuple[str, ...]:
    last = workspace.ledger.last_moved(service)
    release = workspace.ledger.releases.find(last[0]) if last else None
    return named_volumes(release.service) if release else ()
