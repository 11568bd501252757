"""What waits for its promotion, as a person wants to know it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bluegreen.deploy.workspace import Workspace
from bluegreen.model.deployment import Deployment, Move
from bluegreen.model.project import ProxySettings
from bluegreen.model.routing import PREVIEW_HEADER
from bluegreen.model.service import Kind


@dataclass(frozen=True, slots=True)
class Held:
    """A deployment that stopped before its cutover."""

    deployment: str
    since: float
    """Unix time."""
    services: tuple[str, ...]
    images: tuple[str, ...]
    """What each of the services would run."""
    containers: tuple[str, ...]
    """What waits, each with its state."""
    header: str
    token: str = field(repr=False)
    """Requests that carry it in the header are answered by what waits."""
    urls: tuple[str, ...] = ()
    """Where to ask, from outside."""


def held(workspace: Workspace) -> tuple[Held, ...]:
    """Describe what waits for its promotion, oldest first."""
    return tuple(_described(workspace, each) for each in workspace.ledger.held())


def _described(workspace: Workspace, waiting: Deployment) -> Held:
    colors = {(move.service, move.color) for move in waiting.moves}
    return Held(
        deployment=waiting.id,
        since=waiting.held_at or 0.0,
        services=tuple(move.service for move in waiting.moves),
        images=tuple(move.new.image.ref for move in waiting.moves),
        containers=tuple(f"{c.name} {c.health or c.state}" for c in workspace.apps() if (c.service, c.color) in colors),
        header=PREVIEW_HEADER,
        token=waiting.preview,
        urls=tuple(_urls(workspace.project.proxy, waiting.of_kind(Kind.WEB))),
    )


def _urls(proxy: ProxySettings, moves: Sequence[Move]) -> Iterator[str]:
    secure = proxy.https is not None
    scheme, listen, usual = ("https", proxy.https, 443) if secure else ("http", proxy.http, 80)
    port = str(listen).rpartition(":")[2]
    for move in moves:
        for route in move.new.service.routes:
            if not route.host.startswith("*"):
                yield f"{scheme}://{route.host}{'' if int(port) == usual else f':{port}'}{route.path}"
