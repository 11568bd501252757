"""status: ledger, containers and nginx, compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bluegreen.decide.plan import Current, short
from bluegreen.deploy.current import current
from bluegreen.deploy.held import Held, held
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.lock import holder
from bluegreen.model.container import Container
from bluegreen.model.routing import ProxyView
from bluegreen.model.service import Kind, Service


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service, as it is."""

    service: str
    kind: str
    state: str
    """`serving`, `running`, `not deployed`, `down`, `degraded`."""
    color: str = ""
    release: str = ""
    image: str = ""
    digest: str = ""
    commit: str = ""
    containers: tuple[str, ...] = ()
    runs: str = ""
    """What its containers were made of: `repo@sha256:…`, or an image's id."""


@dataclass(frozen=True, slots=True)
class Status:
    """The project, as it is; `drift` names whatever does not fit together."""

    project: str
    environment: str
    generation: int | None
    services: tuple[ServiceStatus, ...]
    drift: tuple[str, ...]
    under_way: str = ""
    """Who works on it now."""
    unfinished: str = ""
    """A deployment that was left unfinished."""
    held: tuple[Held, ...] = ()
    """Deployments that wait for their promotion."""


def status(workspace: Workspace) -> Status:
    """Look at everything, change nothing."""
    view = workspace.proxy.view()
    containers = workspace.apps()
    now = current(workspace, view, containers)
    left = workspace.ledger.find_unfinished()
    under_way = holder(workspace.state / "lock")
    return Status(
        project=workspace.project.project,
        environment=workspace.project.environment or "",
        generation=view.generation,
        services=tuple(
            _database(workspace, s) if s.kind is Kind.DATABASE else _service(s, now[s.name], containers)
            for s in workspace.project.services.values()
        ),
        drift=tuple(_drift(workspace, view, containers, now, busy=bool(left or under_way))),
        under_way=under_way,
        unfinished=left.id if left else "",
        held=held(workspace),
    )


def _service(service: Service, now: Current, containers: tuple[Container, ...]) -> ServiceStatus:
    live = tuple(c for c in containers if c.service == service.name and c.color is now.color)
    shown = ServiceStatus(service.name, str(service.kind), _state(service, live), str(now.color or ""))
    if now.release:
        image = now.release.image
        shown = replace(
            shown, release=now.release.id, image=image.ref, digest=short(image.digest), commit=now.release.commit
        )
    elif live:
        shown = replace(shown, release=live[0].release, image=live[0].image, commit=live[0].commit)
    runs = live[0].image if live else ""
    return replace(shown, containers=tuple(f"{c.name} {c.health or c.state}" for c in live), runs=runs)


def _state(service: Service, live: tuple[Container, ...]) -> str:
    running = [c for c in live if c.running and c.health != "unhealthy"]
    if not live:
        return "not deployed"
    if not running:
        return "down"
    return "serving" if len(running) >= service.replicas else f"degraded ({len(running)} of {service.replicas})"


def _database(workspace: Workspace, service: Service) -> ServiceStatus:
    found = workspace.engine.find(service.name)
    state = "absent" if found is None else (found.health or str(found.state))
    return ServiceStatus(service.name, str(service.kind), state, image=found.image if found else "")


def _drift(
    workspace: Workspace, view: ProxyView, containers: tuple[Container, ...], now: Mapping[str, Current], *, busy: bool
) -> Iterator[str]:
    yield from view.drift
    yield from view.edited
    yield from (f"{stranded}; `bluegreen doctor --fix` closes it" for stranded in workspace.ledger.stranded())
    if workspace.project.of_kind(Kind.WEB) and view.slots and view.generation is None:
        yield "the proxy does not answer; run: bluegreen proxy up"
    if not busy:
        for name, state in now.items():
            yield from _service_drift(workspace, name, state)
    waiting = {(move.service, move.color) for each in workspace.ledger.held() for move in each.moves}
    for container in containers:
        if container.service not in workspace.project.services:
            yield f"{container.name} belongs to {container.service}, which is not in services.yaml"
        elif (container.service, container.color) in waiting:
            continue
        elif not busy and container.color is not now[container.service].color:
            yield f"{container.name} runs beside the live color; `bluegreen doctor --fix` removes it"


def _service_drift(workspace: Workspace, name: str, state: Current) -> Iterator[str]:
    intended = workspace.ledger.last_moved(name)
    if intended and state.color is not intended[1]:
        yield f"{name}: {state.color or 'no color'} is live; the last deployment made {intended[1]} live"
    elif intended and state.release and state.release.id != intended[0]:
        yield f"{name}: release {state.release.id} runs; the last deployment made it {intended[0]}"
    if state.color and not state.running:
        yield f"{name}: {state.color} is live, but no container of it runs"
