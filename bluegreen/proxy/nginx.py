"""nginx in a container of ours: what it serves, and how that is changed without losing a request."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NoReturn

from bluegreen.model.color import Color
from bluegreen.model.container import Container, Label
from bluegreen.model.errors import AdapterError, NeedsHuman, ProxyError
from bluegreen.model.ports import ContainerSpec, Engine, Output, Seals, Tallies
from bluegreen.model.routing import Capabilities, Flows, Live, ProxyView, Routing
from bluegreen.proxy import abilities, generation, layout
from bluegreen.proxy.container import Identity, one_off_spec, proxy_spec
from bluegreen.proxy.control import Said
from bluegreen.proxy.drift import drift, edited
from bluegreen.proxy.processes import Process, connections, hang_up, workers
from bluegreen.proxy.running import Running
from bluegreen.proxy.settling import Upstreams, await_addresses, named_slots, slots_to_come
from bluegreen.proxy.store import Store
from bluegreen.proxy.tally import Counting
from bluegreen.proxy.words import complaints, errors_since
from bluegreen.timing import part

_POLL = 0.005
_LOOK = 0.05
_RELOAD_DEADLINE = 5.0
_START_DEADLINE = 15.0
_LEAVE_DEADLINE = 15.0
"""For what a proxy has under way that is to be replaced: longer than idle connections are kept."""
_STOP_GRACE = 5.0
"""For what came in since; meanwhile nobody takes new connections."""
_TEST_TIMEOUT = 30.0


class Nginx:
    """Implements `bluegreen.model.ports.Proxy`; who changes anything holds the project's lock."""

    def __init__(self, engine: Engine, identity: Identity, seals: Seals) -> None:
        self._engine = engine
        self._identity = identity
        self._known = identity.state / "capabilities.json"
        self._store = Store(identity.folder, seals)
        self._running = Running(engine, identity.container)
        self._counting: Counting | None = None

    def view(self) -> ProxyView:
        container = self._running.container()
        said = self._running.ask()
        current = self._store.current()
        number = said.generation if said else current
        return ProxyView(
            running=bool(container and container.running),
            generation=said.generation if said else None,
            live=said.live if said else self._store.live(),
            slots=self._store.slots(number) if number is not None else {},
            drift=drift(self._store, said, current),
            edited=edited(self._store, current),
        )

    def capabilities(self) -> Capabilities:
        container = self._running.container()
        if container and container.running:
            return self._abilities(self._engine.image_of(container.name), self._run)
        return self._abilities(self._engine.image_id(self._identity.image), self._run_apart)

    def up(self, routing: Routing, aliases: tuple[str, ...], in_place_of: tuple[str, ...] = ()) -> None:
        spec = proxy_spec(self._identity, routing, aliases)
        found = self._running.container()
        if found and found.running and not (in_place_of and not found.address):
            self.prepare(routing)
        else:
            if found and self._is_another(found, spec):
                self._engine.remove(found.name)
            # the image may be another than the one that the routing was made for
            routing = replace(routing, capabilities=self.capabilities())
            take_over = partial(self._engine.take_over, spec, layout.HTTP, in_place_of)
            self._begin(routing, self._stage(routing), take_over if in_place_of else partial(self._engine.start, spec))
        self._engine.remove(self._identity.replaced)

    def outdated(self, routing: Routing, aliases: tuple[str, ...]) -> bool:
        """Whether only a new container could be what is wanted now: another image, port or canonical name."""
        found = self._running.container()
        return bool(found and found.spec_hash != proxy_spec(self._identity, routing, aliases).labels[Label.SPEC_HASH])

    def renew(self, routing: Routing, aliases: tuple[str, ...]) -> None:
        spec, before = proxy_spec(self._identity, routing, aliases), self._store.current()
        able = self._abilities(self._engine.image_id(self._identity.image), self._run_apart)
        wanted = replace(routing, capabilities=able)
        number = self._stage(wanted, (self.view().generation or 0) + 1, self._run_apart)
        self._engine.remove(self._identity.replaced)
        self._hold_nothing(routing)
        try:
            self._engine.stop(spec.name, _STOP_GRACE)
            self._engine.rename(spec.name, self._identity.replaced)
            self._begin(wanted, number, partial(self._engine.start, spec))
        except (AdapterError, KeyboardInterrupt) as error:
            self._back(spec, before, error)
        self._engine.remove(self._identity.replaced)

    def prepare(self, routing: Routing) -> int:
        said = self._heard()
        number = self._store.current()
        if number is None or number != said.generation or not self._is(number, routing):
            number = self._stage(routing, at_least=said.generation + 1)
            self._load(number)
        self._await(slots_to_come(routing, self._store.live()))
        return number

    def switch(self, live: Live) -> Live:
        before = self._store.live()
        if dict(before) != {service: color for service, color in live.items() if color is Color.GREEN}:
            self._store.switch(live)
        return {service: before.get(service, Color.BLUE) for service in (*before, *live)}

    def flows(self, addresses: tuple[str, ...]) -> Flows:
        container = self._running.container()
        if container is None or not container.running:
            return Flows(0, dict.fromkeys(addresses, 0))
        # not the current one: a run that was killed may have left it unread, and those that read the last one serve
        said = self._running.ask()
        number = said.generation if said else self._store.current()
        manifest = self._store.manifest(number) if number is not None else None
        old = sum(worker.alive for worker in manifest.old_workers) if manifest else 0
        try:
            return Flows(old, connections(self._running.master(), addresses))
        except ProxyError:
            # somebody restarts it just now: what it still has is not known
            return Flows(max(old, 1), dict.fromkeys(addresses, 0))

    def tally(self, since: float) -> Tallies:
        if self._counting is None or self._counting.since != since:
            if self._counting:
                self._counting.stop()
            self._counting = Counting(self._follow, since, self._store.current() or 0)
        return self._counting.tallies()

    def _follow(self, since: float) -> Iterator[str]:
        return self._engine.logs(self._identity.container, since=since, follow=True)

    def _abilities(self, image: str, run: abilities.Run) -> Capabilities:
        """Return what an image's nginx can do; ids, since a tag is another image's after a pull."""
        found = abilities.remembered(self._known, image)
        if found is None:
            found = abilities.detect(self._store.make_dir("probes"), run)
            abilities.remember(self._known, image, found)
        return found

    def _is_another(self, found: Container, spec: ContainerSpec) -> bool:
        """Whether a container that stopped would not be what a new one would."""
        if found.spec_hash != spec.labels[Label.SPEC_HASH]:
            return True
        return self._engine.image_of(found.name) != self._engine.image_id(spec.image)

    def _begin(self, routing: Routing, number: int, start: Callable[[], object]) -> None:
        """Start nginx on a generation that has passed its test, and wait until it answers."""
        self._store.switch(self._store.live())
        self._store.record(number, ())
        self._store.activate(number)
        started = time.time()
        start()
        if not self._answers(number, _START_DEADLINE):
            said = errors_since(self._engine, self._identity.container, started)
            raise ProxyError(f"the proxy does not answer {_START_DEADLINE:g} s after its start: {said}")
        self._store.prune(number)
        self._await(named_slots(routing))

    def _hold_nothing(self, routing: Routing) -> None:
        """Have nginx keep no idle connection once it stops, which would take as long as `keepalive_min_timeout`.

        What the workers of before have under way ends while others take connections. Only a help to be quick.
        """
        closing = replace(routing.capabilities, keepalive_min_timeout=False)
        with suppress(AdapterError):
            self.prepare(replace(routing, capabilities=closing))
        deadline = time.monotonic() + _LEAVE_DEADLINE
        while self.flows(()).old_workers and time.monotonic() < deadline:
            time.sleep(_LOOK)

    def _back(self, spec: ContainerSpec, before: int | None, error: AdapterError | KeyboardInterrupt) -> NoReturn:
        """Have the container of before serve again. Raises what went wrong, and says what serves."""
        try:
            self._start_replaced(spec, before)
        except AdapterError as another:
            why = str(error) or "interrupted"
            raise NeedsHuman(
                f"{why}; nothing serves, for the proxy of before does not start again: {another.message}",
                another.hint or f"look at it: docker logs {spec.name}; then: bluegreen proxy up",
            ) from error
        if isinstance(error, AdapterError):
            raise ProxyError(
                f"{error.message}; the proxy of before serves again",
                error.hint or "put it right, then: bluegreen proxy up --replace",
            ) from error
        raise error

    def _start_replaced(self, spec: ContainerSpec, before: int | None) -> None:
        if self._engine.find(self._identity.replaced):
            self._engine.remove(spec.name)
            self._engine.rename(self._identity.replaced, spec.name)
        elif self._running.ask():
            return
        if before is not None:
            self._store.activate(before)
        # whatever has the name is started as it is
        self._engine.start(spec)
        if before is not None and not self._answers(before, _START_DEADLINE):
            raise ProxyError(f"it does not answer {_START_DEADLINE:g} s after its start")

    def _is(self, number: int, routing: Routing) -> bool:
        """Whether a generation, untouched since, is what this routing would become."""
        manifest = self._store.manifest(number)
        return (
            manifest is not None
            and manifest.slots == generation.slots(routing)
            and manifest.holds(generation.contents(routing, number))
            and not self._store.changed_files(manifest)
        )

    def _stage(self, routing: Routing, at_least: int = 1, run: abilities.Run | None = None) -> int:
        """Write a new generation, and have nginx test it where it lies; the one that runs, unless another is named."""
        number = max(self._store.next_generation(), at_least)
        with part("render"):
            self._store.add(number, generation.slots(routing), generation.contents(routing, number))
        text = f"{layout.MOUNT}/{layout.generation_dir(number)}/{generation.TEXT}"
        with part("test"):
            output = (run or self._run)(("-t", "-c", text))
        if output.status != 0:
            raise ProxyError(f"nginx refuses the new configuration: {complaints(output.text)}", self._where(number))
        return number

    def _load(self, number: int) -> None:
        """Reload, and believe it only when nginx itself says so; else put the last one back."""
        old = workers(self._running.master())
        before = self._store.current()
        started = time.time()
        self._store.record(number, old)
        self._store.activate(number)
        try:
            with part("reload"):
                self._hang_up()
            with part("verified"):
                loaded = self._answers(number, _RELOAD_DEADLINE, old)
            if loaded:
                self._store.prune(number)
                return
        except AdapterError:
            self._put_back(before)
            raise
        self._put_back(before)
        said = errors_since(self._engine, self._identity.container, started)
        raise ProxyError(
            f"nginx did not load generation {number} within {_RELOAD_DEADLINE:g} s: {said}", self._where(number)
        )

    def _put_back(self, before: int | None) -> None:
        if before is None:
            return
        self._store.activate(before)
        if not self._says(before):
            self._hang_up()

    def _answers(self, number: int, seconds: float, old: tuple[Process, ...] = ()) -> bool:
        """Wait until new workers say that they serve this generation, and no old one takes connections any more."""
        deadline = time.monotonic() + seconds
        while not self._says(number) or any(worker.accepts for worker in old):
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL)
        return True

    def _heard(self) -> Said:
        """Ask nginx what it serves; one that somebody restarts just now has time to come back."""
        deadline = time.monotonic() + _START_DEADLINE
        while (said := self._running.ask()) is None:
            if self._running.container() is None or time.monotonic() > deadline:
                master = self._running.master()
                raise ProxyError(
                    f"nginx runs (process {master}) and does not say what it serves",
                    f"look at it: docker logs {self._identity.container}",
                )
            time.sleep(_LOOK)
        return said

    def _says(self, number: int) -> bool:
        said = self._running.ask()
        return said is not None and said.generation == number

    def _await(self, upstreams: Upstreams) -> None:
        with part("addresses"):
            await_addresses(self._engine, self._running.address(), upstreams)

    def _hang_up(self) -> None:
        """Have nginx read its configuration, by a signal from here, or from inside where we may not send one.

        A signal through the engine counts as stopping by hand: it would not start the proxy again after a crash.
        """
        if hang_up(self._running.master()):
            return
        output = self._run(("-s", "reload", "-c", layout.CONFIGURATION))
        if output.status != 0:
            raise ProxyError(f"nginx does not take the signal to reload: {complaints(output.text)}")

    def _run(self, argv: tuple[str, ...]) -> Output:
        """Run nginx in the proxy's container, or in one of its own where that doesn't run."""
        container = self._running.container()
        if container and container.running:
            return self._engine.execute(container.name, ("nginx", *argv), _TEST_TIMEOUT)
        return self._run_apart(argv)

    def _run_apart(self, argv: tuple[str, ...]) -> Output:
        """Run nginx of the image that is wanted, in a container of its own."""
        spec = one_off_spec(self._identity, argv)
        self._engine.remove(spec.name)
        lines: list[str] = []
        status = self._engine.run(spec, _TEST_TIMEOUT, lines.append)
        return Output(status, "\n".join(lines))

    def _where(self, number: int) -> str:
        return f"look at it: {self._store.folder / layout.generation_dir(number) / generation.TEXT}"
