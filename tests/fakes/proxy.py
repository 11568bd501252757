"""nginx in memory: slots, the live symlink, and knobs for what goes wrong."""

from collections.abc import Callable, Mapping

from bluegreen.model.color import Color
from bluegreen.model.errors import ProxyError
from bluegreen.model.ports import Tallies
from bluegreen.model.routing import Capabilities, Flows, Live, ProxyView, Routing, Slot


def _act(_verb: str, _name: str, act: Callable[[], object]) -> None:
    act()


class FakeProxy:
    """Implements Proxy."""

    def __init__(self) -> None:
        self.running = False
        self.aliases: set[str] = set()
        self.generation = 0
        self.live: Live = {}
        self.slots: Mapping[str, Mapping[Color, Slot]] = {}
        self.reloads: list[Mapping[str, Mapping[Color, Slot]]] = []
        self.told: list[Routing] = []
        """Everything that it was to prepare."""
        self.old_workers = 0
        self.tallies: Tallies = {}
        self.refuses_configuration = ""
        self.took_over_from: tuple[str, ...] = ()
        """Whose names and ports it was to have, the last time that it was to run."""
        self.ignores_switch = False
        """The link moves, and nginx goes on as before."""
        self._linked: Live = {}
        self.change: Callable[[str, str, Callable[[], object]], None] = _act

    def view(self) -> ProxyView:
        return ProxyView(self.running, self.generation if self.running else None, self.live, self.slots)

    def capabilities(self) -> Capabilities:
        return Capabilities("1.30.0", resolve=True, keepalive_min_timeout=True, http2_directive=True)

    def up(self, routing: Routing, aliases: tuple[str, ...], in_place_of: tuple[str, ...] = ()) -> None:
        self.took_over_from = in_place_of
        assert {service.name for service in routing.services} == set(aliases)
        self.aliases = set(aliases)
        self.change("up", "proxy", self._run)
        self.prepare(routing)

    def outdated(self, routing: Routing, aliases: tuple[str, ...]) -> bool:
        del routing
        return self.running and set(aliases) != self.aliases

    def renew(self, routing: Routing, aliases: tuple[str, ...]) -> None:
        self.down()
        self.up(routing, aliases)

    def down(self) -> None:
        """As by `docker rm -f`."""
        self.running = False

    def prepare(self, routing: Routing) -> int:
        if not self.running:
            raise ProxyError("the proxy does not run")
        if self.refuses_configuration:
            raise ProxyError(self.refuses_configuration)
        self.told.append(routing)
        slots = {service.name: service.slots for service in routing.services}
        if slots != self.slots:
            self.change("reload", "proxy", lambda: self._reload(slots))
        return self.generation

    def switch(self, live: Live) -> Live:
        before = self._linked
        self.change("switch", "proxy", lambda: self._switch(live))
        return before

    def flows(self, addresses: tuple[str, ...]) -> Flows:
        return Flows(self.old_workers, dict.fromkeys(addresses, 0))

    def tally(self, since: float) -> Tallies:
        assert since > 0
        return self.tallies

    def _run(self) -> None:
        self.running = True

    def _reload(self, slots: Mapping[str, Mapping[Color, Slot]]) -> None:
        self.slots = slots
        self.generation += 1
        self.reloads.append(slots)

    def _switch(self, live: Live) -> None:
        self._linked = dict(live)
        if not self.ignores_switch:
            self.live = self._linked

    def serving(self, service: str) -> tuple[str, ...]:
        """Return the servers that a request for the service goes to, backups included."""
        slot = self.slots[service].get(self.live.get(service, Color.BLUE))
        return slot.servers + slot.backup if slot else ()
