"""adopt: containers that `docker run` started serve behind nginx from here on, as the old color of their services."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bluegreen.decide.actions import Occupancy
from bluegreen.deploy.adopted_release import as_it_runs
from bluegreen.deploy.current import current
from bluegreen.deploy.preflight import taken_name
from bluegreen.deploy.proxying import OUTDATED, REPLACE, ensure_image
from bluegreen.deploy.reporter import Reporter
from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.specs import color_alias, labels
from bluegreen.deploy.work import Work
from bluegreen.deploy.workspace import Workspace
from bluegreen.engine.adopted import aside_name
from bluegreen.health.database import verify
from bluegreen.model import ulid
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Label, Role
from bluegreen.model.deployment import Deployment, Move, Verb
from bluegreen.model.errors import ConfigError, DeploymentFailed, NeedsHuman
from bluegreen.model.service import Kind, Service

WHY = "adopted"


@dataclass(frozen=True, slots=True)
class AdoptedService:
    """One service whose container was adopted."""

    service: str
    container: str
    """Its name from now on."""
    image: str


def adopt(
    workspace: Workspace, services: Sequence[Service], wait_lock: float, reporter: Reporter
) -> tuple[AdoptedService, ...]:
    """Adopt the containers that run under the names of `services`; none where all is adopted or deployed already.

    Killed anywhere and run again, it goes on. `wait_lock` is in seconds. Raises BluegreenError.
    """
    with workspace.locked(wait_lock, reporter):
        work = Work(workspace, reporter)
        work.recover()
        with work.step("look"):
            fresh = _fresh(workspace, services)
            for database in workspace.project.of_kind(Kind.DATABASE):
                verify(workspace.engine, database)
        _take(workspace, fresh)
        adopted = tuple(c for c in workspace.apps() if c.adopted and not workspace.ledger.knows(c.deployment))
        webs = [c for c in adopted if workspace.project.services[c.service].kind is Kind.WEB]
        if webs:
            with work.step("proxy"):
                _lead_to(workspace, webs)
        with work.step("names"):
            for container in adopted:
                _rename(workspace, container)
        _record(workspace, adopted)
        return tuple(_told(workspace, container) for container in adopted)


def _fresh(workspace: Workspace, services: Sequence[Service]) -> list[Service]:
    """Find the services whose names others' containers carry. Raises DeploymentFailed for one that can't be adopted."""
    now = current(workspace, workspace.proxy.view(), workspace.apps())
    fresh = []
    for service in services:
        found = workspace.engine.find(service.name)
        if found is None or found.ours or not found.running:
            continue
        if now[service.name].color:
            raise DeploymentFailed(
                f"{service.name} is deployed already, and a container that is not bluegreen's has its name",
                f"look at it: docker inspect {service.name}; then: docker rename {service.name} {service.name}-other",
            )
        _check(workspace, service, found)
        fresh.append(service)
    _check_together(workspace, fresh)
    return fresh


def _check_together(workspace: Workspace, fresh: Sequence[Service]) -> None:
    """The proxy answers to the names of all web services; it must not where it has nobody to lead to."""
    left = [s.name for s in workspace.project.of_kind(Kind.WEB) if s not in fresh and taken_name(workspace, s)]
    if left and any(service.kind is Kind.WEB for service in fresh):
        raise ConfigError(
            f"{', '.join(left)} must be adopted together with {', '.join(s.name for s in fresh)}: inside the network"
            " the proxy answers to the names of all web services",
            "bluegreen adopt",
        )


def _check(workspace: Workspace, service: Service, found: Container) -> None:
    network = workspace.project.network
    if not found.address:
        raise DeploymentFailed(
            f"{found.name} is not on the network {network}", f"docker network connect {network} {found.name}"
        )
    for name in (*(color_alias(service.name, color) for color in Color), aside_name(service.name)):
        if taken := workspace.engine.find(name):
            raise DeploymentFailed(
                f"the name {name}, which adopting {service.name} needs, is taken ({taken.image}, {taken.state})",
                f"docker rename {name} NEW-NAME, or docker rm {name}",
            )


def _take(workspace: Workspace, services: Sequence[Service]) -> None:
    """Write down whose containers they are from now on: labels can't be added to what runs."""
    deployment, live = ulid.new(time.time()), workspace.proxy.view().live
    for service in services:
        release = as_it_runs(workspace, service)
        workspace.ledger.releases.keep(release)
        made = labels(workspace.project.project, deployment, release, Role.APP)
        color = live.get(service.name, Color.BLUE)
        workspace.engine.adopt(service.name, made | {Label.COLOR: str(color)})


def _lead_to(workspace: Workspace, webs: Sequence[Container]) -> None:
    """Have nginx lead to them, under their names and at their ports; from here on it is asked in their place."""
    view, plan = ensure_image(workspace), RoutingPlan(workspace)
    slots = {c.service: Occupancy.settled(c.color) for c in webs}
    routing = plan.routing(view, workspace.apps(), slots=slots)
    if view.generation is not None and workspace.proxy.outdated(routing, plan.aliases()):
        raise NeedsHuman(OUTDATED, REPLACE)
    workspace.proxy.up(routing, plan.aliases(), tuple(c.name for c in webs))


def _rename(workspace: Workspace, container: Container) -> None:
    """Inside the network its name leads to nginx alone from here on."""
    if container.name != _name(container):
        workspace.engine.rename(container.name, _name(container))


def _record(workspace: Workspace, adopted: Sequence[Container]) -> None:
    """Write down that they serve; what is written down was adopted wholly."""
    for deployment in sorted({c.deployment for c in adopted}):
        moves = tuple(_moves(workspace, [c for c in adopted if c.deployment == deployment]))
        workspace.ledger.adopt(Deployment(deployment, Verb.DEPLOY, moves, 0.0), workspace.author, time.time(), WHY)


def _moves(workspace: Workspace, adopted: Sequence[Container]) -> Iterator[Move]:
    for container in adopted:
        yield Move(None, workspace.ledger.releases.read(container.release), container.color or Color.BLUE)


def _told(workspace: Workspace, container: Container) -> AdoptedService:
    image = workspace.ledger.releases.read(container.release).image.ref
    return AdoptedService(container.service, _name(container), image)


def _name(container: Container) -> str:
    return color_alias(container.service, container.color or Color.BLUE)
