"""What runs now: nginx says which color is live, the labels say what it is."""

from collections.abc import Mapping

from bluegreen.decide.plan import Current
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.color import Color
from bluegreen.model.container import Container
from bluegreen.model.routing import ProxyView
from bluegreen.model.service import Kind, Service


def live_colors(view: ProxyView) -> dict[str, Color]:
    """Return the color that nginx routes each web service to; one whose live slot is empty is absent."""
    chosen = ((service, view.live.get(service, Color.BLUE)) for service in view.slots)
    return {service: color for service, color in chosen if color in view.slots[service]}


def current(workspace: Workspace, view: ProxyView, containers: tuple[Container, ...]) -> Mapping[str, Current]:
    """Say what runs for each service of the project."""
    live = live_colors(view)
    services = [s for s in workspace.project.services.values() if s.kind is not Kind.DATABASE]
    return {s.name: _current(workspace, s, live, [c for c in containers if c.service == s.name]) for s in services}


def _current(workspace: Workspace, service: Service, live: Mapping[str, Color], containers: list[Container]) -> Current:
    color = live.get(service.name) if service.kind is Kind.WEB else _worker_color(workspace, service.name, containers)
    found = tuple(c for c in containers if c.color is color)
    running, adopted = sum(c.running for c in found), any(c.adopted for c in found)
    return Current(color, workspace.release_of(found), running, adopted)


def _worker_color(workspace: Workspace, service: str, containers: list[Container]) -> Color | None:
    """What runs, else what is there; of two colors the one that the ledger knows, without it the older deployment's."""
    last = workspace.ledger.last_moved(service)
    known = last[1] if last else None
    there = [c for c in containers if c.color]
    first = min(there, key=lambda c: (not c.running, c.color is not known, c.deployment), default=None)
    return first.color if first else None
