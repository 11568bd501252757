"""nginx's processes in memory, under the product's own adapter: they read real files, and are asked and told by it.

One engine runs it as a container; the kernel's files and the control endpoint are answered from here.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from bluegreen.model.color import Color
from bluegreen.model.container import Role
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import ContainerSpec, Output, Tallies
from bluegreen.model.routing import Slot
from bluegreen.proxy import control, nginx, processes, running
from bluegreen.proxy.control import Said
from bluegreen.proxy.processes import Process
from bluegreen.proxy.store import Store
from tests.fakes.engine import FakeEngine
from tests.fakes.seals import FakeSeals
from tests.faults.effects import Effects

VERSION = "nginx version: nginx/1.30.0"
REFUSAL = 'nginx: [emerg] unknown directive "nonsense" in /etc/nginx/bluegreen'
STARTED = 7


class NginxEngine(FakeEngine):
    """An engine whose proxy container runs nginx."""

    nginx: "FakeNginx"

    def execute(self, name: str, argv: tuple[str, ...], timeout: float) -> Output:
        if argv[0] != "nginx":
            return super().execute(name, argv, timeout)
        if not self.nginx.workers:
            raise EngineError(f"run nginx in container {name}: it does not run")
        return Output(1, REFUSAL) if self.nginx.refuses else Output(0, VERSION)

    def run(self, spec: ContainerSpec, timeout: float, line: Callable[[str], None]) -> int:
        if spec.options.entrypoint == ("nginx",):
            line(REFUSAL if self.nginx.refuses else VERSION)
            return super().run(spec, timeout, line) or int(self.nginx.refuses)
        return super().run(spec, timeout, line)

    def _start(self, name: str) -> None:
        super()._start(name)
        process = self.processes[name]
        if process.container.role is Role.PROXY:
            self.nginx.boot(process.vitals.pid)

    def _stop(self, name: str, status: int = 0) -> None:
        if self.processes[name].container.role is Role.PROXY:
            self.nginx.workers = ()
        super()._stop(name, status)


@dataclass
class FakeNginx:
    """A master, its workers, and the configuration that they have read; knobs are named after the fault."""

    engine: NginxEngine
    folder: Path
    master: int = 0
    workers: tuple[int, ...] = ()
    generation: int = 0
    slots: Mapping[str, Mapping[Color, Slot]] = field(default_factory=dict)
    refuses: bool = False
    """Every configuration that it is to test."""
    deaf: bool = False
    """It goes on, and reads nothing again."""
    silent: bool = False
    """Its control endpoint says nothing."""
    tallies: Tallies = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """What it reads; how that was written is no business of its."""
        return Store(self.folder, FakeSeals())

    def turn(self, knob: str) -> None:
        """From here on, be as this knob says."""
        setattr(self, knob, True)

    def mend(self) -> None:
        """Be well again."""
        self.refuses = self.deaf = self.silent = False

    def boot(self, pid: int) -> None:
        """Start: read what is current."""
        self.master, self.workers = pid, (pid + 100_000,)
        self.read()

    def read(self) -> None:
        """Read what is current."""
        store = self.store
        current = store.current()
        assert current is not None, "nginx would not start: there is no configuration"
        assert store.text(current), f"nginx would not start: generation {current} has no text"
        self.generation, self.slots = current, store.slots(current)

    def hang_up(self) -> None:
        """Read again, with other workers."""
        if not self.deaf:
            self.read()
            self.workers = (self.workers[0] + 1,)

    def live(self, service: str) -> Color:
        """The slot that requests for a service go to."""
        return self.store.live().get(service, Color.BLUE)

    def serving(self, service: str) -> tuple[str, ...]:
        """The servers that a request may go to, backups last."""
        slot = self.slots.get(service, {}).get(self.live(service))
        return slot.servers + slot.backup if slot and self.workers else ()

    def says(self, _address: str) -> Said | None:
        """The control endpoint's answer."""
        if not self.workers or self.silent:
            return None
        return Said(self.generation, {service: self.live(service) for service in self.slots})

    def address_of(self, _address: str, upstream: str) -> str:
        """Whom it would try first."""
        service, _, color = upstream.rpartition("_")
        name, _, port = self.slots[service][Color(color)].servers[0].partition(":")
        found = self.engine.processes.get(name)
        return f"{found.container.address}:{port}" if found else ""

    def kernel(self, pid: int, name: str) -> bytes:
        """A file of one of its processes."""
        if pid != self.master and pid not in self.workers:
            return b""
        if name == "stat":
            return b"1 (nginx) S" + b" 0" * 18 + b" %d" % STARTED
        if name.endswith("children"):
            return " ".join(map(str, self.workers)).encode()
        return b"nginx: worker process" if name == "cmdline" else b""

    @contextmanager
    def beneath(self, effects: Effects) -> Iterator[None]:
        """Be the nginx that the adapter finds, within the block."""

        def told(_master: int) -> bool:
            effects.act("nginx", "signal", "HUP", self.hang_up)
            return True

        with (
            patch.multiple(control, ask=self.says, address_of=self.address_of),
            patch.multiple(processes, _read=self.kernel),
            patch.multiple(running, _of_container=lambda pid, _id: Process(pid, STARTED) if self.workers else None),
            patch.multiple(nginx, hang_up=told, Counting=self._counting, _RELOAD_DEADLINE=0.05, _START_DEADLINE=0.05),
        ):
            yield

    def _counting(self, _follow: object, since: float, _generation: int) -> "Counted":
        return Counted(since, self.tallies)


@dataclass
class Counted:
    """The access log, read to its end."""

    since: float
    all: Tallies

    def tallies(self) -> Tallies:
        return self.all

    def stop(self) -> None:
        """Nothing runs."""
