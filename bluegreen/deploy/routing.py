"""What nginx is to be told: every web service of the project, with what each slot holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from bluegreen.decide.actions import Occupancy, Slots
from bluegreen.deploy.current import live_colors
from bluegreen.deploy.specs import color_alias
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.color import Color
from bluegreen.model.container import Container
from bluegreen.model.deployment import Deployment, Move
from bluegreen.model.errors import ProxyError
from bluegreen.model.routing import Capabilities, Preview, Proxied, ProxyView, Routing, Slot
from bluegreen.model.service import Kind, Route, Service
from bluegreen.proxy.layout import generation_dir


@dataclass(frozen=True, slots=True)
class Facts:
    """What a routing needs of the machine; asked once."""

    capabilities: Capabilities
    gateway: str
    workers: int


@dataclass(frozen=True, slots=True)
class Part:
    """What is special about one service: it moves, or its next release is held."""

    occupancy: Occupancy | None = None
    move: Move | None = None
    preview: Preview | None = None


class RoutingPlan:
    """Builds routings for one project; the network and the proxy's abilities are asked once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._facts: Facts | None = None

    def aliases(self) -> tuple[str, ...]:
        """Return the canonical names that the proxy carries."""
        return tuple(service.name for service in self._workspace.project.of_kind(Kind.WEB))

    def routing(
        self,
        view: ProxyView,
        containers: tuple[Container, ...],
        moving: Deployment | None = None,
        slots: Slots | None = None,
    ) -> Routing:
        """Build the routing in which `slots` hold what they say, and all else what is live, or held beside it.

        A color that nginx falls back to, and that runs, stays behind the live one: perhaps it is what answers.
        Raises ProxyError where nobody can say what is live: the next text would leave it out.
        """
        _refuse_lost(view, f"{self._workspace.project.project}-proxy")
        facts = self._ask()
        live = live_colors(view)
        kept = {
            name: Part(Occupancy.prepared(color.other, color)) for name, color in fallbacks(view, containers).items()
        }
        parts = {**kept, **self._held(live, containers), **_own(moving, slots or {})}
        services = (
            self._proxied(service, parts.get(service.name, Part()), live, containers)
            for service in self._workspace.project.of_kind(Kind.WEB)
        )
        settings = self._workspace.project.proxy
        return Routing(
            self._workspace.project.project,
            settings,
            tuple(services),
            facts.gateway,
            facts.capabilities,
            facts.workers,
            max(service.drain_timeout for service in self._workspace.project.services.values()),
        )

    def _ask(self) -> "Facts":
        if self._facts is None:
            workspace = self._workspace
            network = workspace.machine.network(workspace.project.network)
            if network is None:
                raise ProxyError(f"the network {workspace.project.network} is gone", "run: bluegreen proxy up")
            workers = workspace.project.proxy.workers or workspace.machine.host().cpus
            self._facts = Facts(workspace.proxy.capabilities(), network.gateway, workers)
        return self._facts

    def _held(self, live: Mapping[str, Color], containers: tuple[Container, ...]) -> Mapping[str, Part]:
        """A held release stays reachable whatever else is deployed; one without containers is not named."""
        there = {(c.service, c.color) for c in containers}
        return {
            move.service: Part(
                Occupancy.prepared(move.color, live.get(move.service)), move, Preview(held.preview, move.color)
            )
            for held in self._workspace.ledger.held()
            for move in held.of_kind(Kind.WEB)
            if (move.service, move.color) in there
        }

    def _proxied(
        self,
        service: Service,
        part: Part,
        live: Mapping[str, Color],
        containers: tuple[Container, ...],
    ) -> Proxied:
        own = tuple(c for c in containers if c.service == service.name)
        color = live.get(service.name)
        known = {color: self._workspace.release_of(tuple(c for c in own if c.color is color))} if color else {}
        if move := part.move:
            known |= {move.color.other: move.old, move.color: move.new}
        by_color = {c: release.service for c, release in known.items() if release}
        settled = part.occupancy or Occupancy.settled(color)
        slots = {slot: self._slot(service.name, settled.of(slot), by_color, service, own) for slot in Color}
        shown = move.new.service if move else by_color.get(color, service) if color else service
        filled = {slot: held for slot, held in slots.items() if held.servers}
        return Proxied(service.name, shown.port or 0, _routes(shown, move), filled, part.preview)

    def _slot(
        self,
        name: str,
        held: tuple[Color, ...],
        by_color: Mapping[Color, Service],
        service: Service,
        own: tuple[Container, ...],
    ) -> Slot:
        parts = [self._servers(name, color, by_color.get(color, service).port or 0, own) for color in held]
        return Slot(parts[0] if parts else (), parts[1] if len(parts) > 1 else ())

    def _servers(self, name: str, color: Color, port: int, own: tuple[Container, ...]) -> tuple[str, ...]:
        """Name the color where nginx can look names up again; else its addresses.

        An adopted container has had another name; nginx would have none for a moment, the first time it looks.
        """
        of_color = [c for c in own if c.color is color]
        if self._ask().capabilities.resolve and not any(c.adopted for c in of_color):
            return (f"{color_alias(name, color)}:{port}",)
        return tuple(f"{c.address}:{port}" for c in of_color if c.address)


def _refuse_lost(view: ProxyView, proxy: str) -> None:
    if view.lost:
        raise ProxyError(
            f"nginx serves {', '.join(view.lost)} from generation {view.generation}, whose files are lost",
            "it goes on until it is restarted. Is this its state directory (BLUEGREEN_STATE, state_dir)? If so, bring"
            f" {generation_dir(view.generation or 0)} back; or begin anew, with an interruption:"
            f" docker rm -f {proxy}, then: bluegreen deploy --force",
        )


def _own(moving: Deployment | None, slots: Slots) -> Mapping[str, Part]:
    moves = {move.service: move for move in moving.moves} if moving else {}
    token = moving.preview if moving else ""
    return {
        name: Part(
            slots.get(name),
            moves.get(name),
            Preview(token, moves[name].color) if token and name in moves else None,
        )
        for name in slots.keys() | moves.keys()
    }


def named_colors(view: ProxyView, containers: tuple[Container, ...]) -> frozenset[tuple[str, Color]]:
    """Say which colors nginx's text names; where it drifted, or an address is no container's, it may be any."""
    if view.drift or view.edited:
        return frozenset((service, color) for service in view.slots for color in Color)
    by_address = {c.address: (c.color,) for c in containers if c.address and c.color}
    return frozenset(
        (service, color)
        for service, slots in view.slots.items()
        for slot in slots.values()
        for server in slot.servers + slot.backup
        for color in _colors_of(service, server.rpartition(":")[0], by_address)
    )


def reached_colors(view: ProxyView, containers: tuple[Container, ...]) -> Mapping[str, frozenset[Color]]:
    """Say which colors the requests for each web service may go to, by the slot that is chosen now."""
    by_address = {c.address: (c.color,) for c in containers if c.address and c.color}
    return {
        service: frozenset(
            color
            for server in slots.get(view.live.get(service, Color.BLUE), Slot(())).servers
            for color in _colors_of(service, server.rpartition(":")[0], by_address)
        )
        for service, slots in view.slots.items()
    }


def fallbacks(view: ProxyView, containers: tuple[Container, ...]) -> Mapping[str, Color]:
    """Say which colors run that nginx falls back to where the live one does not answer, by service."""
    by_address = {c.address: (c.color,) for c in containers if c.address and c.color}
    up = {(c.service, c.color) for c in containers if c.running}
    live = {service: view.live.get(service, Color.BLUE) for service in view.slots}
    return {
        service: color.other
        for service, color in live.items()
        for server in view.slots[service].get(color, Slot(())).backup
        if color.other in _colors_of(service, server.rpartition(":")[0], by_address) and (service, color.other) in up
    }


def _colors_of(service: str, host: str, by_address: Mapping[str, tuple[Color, ...]]) -> tuple[Color, ...]:
    by_name = {color_alias(service, color): (color,) for color in Color}
    return by_name.get(host) or by_address.get(host) or tuple(Color)


def _routes(service: Service, move: Move | None) -> tuple[Route, ...]:
    """While a service moves, the routes that only the old release has stay as well."""
    taken = {(route.host, route.path) for route in service.routes}
    old = move.old.service.routes if move and move.old else ()
    return service.routes + tuple(route for route in old if (route.host, route.path) not in taken)
