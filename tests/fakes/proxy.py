"""nginx in memory: slots, the live symlink, and knobs for what goes wrong."""

from collections.abc import Mapping

from bluegreen.model.color import Color
from bluegreen.model.errors import ProxyError
from bluegreen.model.ports import Tallies
from bluegreen.model.routing import Capabilities, Flows, Live, ProxyView, Routing, Slot


class FakeProxy:
    """Implements Proxy."""

    def __init__(self) -> None:
        self.running = False
        self.generation = 0
        self.live: Live = {}
        self.slots: Mapping[str, Mapping[Color, Slot]] = {}
        self.reloads: list[Mapping[str, Mapping[Color, Slot]]] = []
        self.old_workers = 0
        self.tallies: Tallies = {}
        self.refuses_configuration = ""
        self.ignores_switch = False

    def view(self) -> ProxyView:
        return ProxyView(self.running, self.generation if self.running else None, self.live, self.slots)

    def capabilities(self) -> Capabilities:
        return Capabilities("1.30.0", resolve=True, keepalive_min_timeout=True, http2_directive=True)

    def up(self, routing: Routing, aliases: tuple[str, ...]) -> None:
        assert {service.name for service in routing.services} == set(aliases)
        self.running = True
        self.prepare(routing)

    def prepare(self, routing: Routing) -> int:
        if self.refuses_configuration:
            raise ProxyError(self.refuses_configuration)
        slots = {service.name: service.slots for service in routing.services}
        if slots != self.slots:
            self.slots = slots
            self.generation += 1
            self.reloads.append(slots)
        return self.generation

    def switch(self, live: Live) -> Live:
        before = self.live
        if not self.ignores_switch:
            self.live = dict(live)
        return before

    def flows(self, addresses: tuple[str, ...]) -> Flows:
        return Flows(self.old_workers, dict.fromkeys(addresses, 0))

    def tally(self, since: float) -> Tallies:
        assert since > 0
        return self.tallies

    def serving(self, service: str) -> tuple[str, ...]:
        """Return the servers that a request for the service goes to, backups included."""
        slot = self.slots[service].get(self.live.get(service, Color.BLUE))
        return slot.servers + slot.backup if slot else ()
