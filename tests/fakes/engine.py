"""An engine in memory, with its images and its machine: faithful where the deployment looks, and able to fail."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bluegreen.engine.adopted import aside_name
from bluegreen.engine.claim import check_claim
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Happening, Heard, Label, Labels, Role, Settings, State, Vitals
from bluegreen.model.errors import EngineError
from bluegreen.model.found import Found
from bluegreen.model.ports import ContainerSpec, Output
from tests.fakes.images import FakeMachine


@dataclass
class Process:
    """A container with everything that the engine knows of it."""

    container: Container
    vitals: Vitals
    restart: str = "no"
    """Docker's restart policy."""
    image_id: str = ""
    log: list[str] = field(default_factory=list)


class Hearing:
    """A subscription that ends when it is closed."""

    def __init__(self, heard: Callable[[Heard], None], ears: list["Hearing"]) -> None:
        self.heard = heard
        self._ears = ears

    def close(self) -> None:
        self._ears.remove(self)


CREATED = Vitals(State.CREATED, 0, oom_killed=False, restarts=0, started_at="", pid=0, health=None, address=None)
GONE: dict[str, object] = {"pid": 0, "address": None, "health": None}


class FakeEngine(FakeMachine):
    """Implements Engine too. Addresses are loopback addresses: a test may listen there."""

    def __init__(self, project: str = "shop") -> None:
        super().__init__()
        self.project = project
        self.processes: dict[str, Process] = {}
        self.commands: dict[tuple[str, tuple[str, ...]], Output] = {}
        """What `execute` answers, by container name and command."""
        self.answers: dict[str, Output] = {}
        """What it answers to every other command, by container name; status 0 without an entry."""
        self.adopted: dict[str, Labels] = {}
        """The labels that adopted containers would carry, by container id."""
        self.calling: dict[str, dict[str, int]] = {}
        """Who has open connections into a container, by its name."""
        self._ears: list[Hearing] = []
        self._numbers = itertools.count(1)

    def containers(self) -> tuple[Container, ...]:
        self._reach()
        with self._lock:
            return tuple(process.container for process in self.processes.values() if process.container.ours)

    def find(self, name: str) -> Container | None:
        self._reach()
        process = self.processes.get(name)
        return process.container if process else None

    def inspect(self, name: str) -> Vitals:
        return self._existing(name).vitals

    def start(self, spec: ContainerSpec) -> Container:
        with self._lock:
            existing = self.find(spec.name)
            if existing is None:
                self._change("create", spec.name, lambda: self._create(spec))
            process = self._existing(spec.name)
            check_claim(process.container, spec)
            if not process.container.running:
                self._change("start", spec.name, lambda: self._start(spec.name))
            return self._existing(spec.name).container

    def stop(self, name: str, grace: float) -> None:
        del grace
        container = self._own(name)
        if container and container.state in (State.RUNNING, State.RESTARTING):
            _raise(self.faults.refuses_to_stop, name, "stop")
            self._change("stop", name, lambda: self._stop(name))

    def remove(self, name: str) -> None:
        container = self._own(name)
        if container and container.adopted:
            self.stop(name, 0.0)
            self._change("put aside", name, lambda: self._put_aside(container))
        elif container:
            _raise(self.faults.refuses_to_remove, name, "remove")
            self._change("remove", name, lambda: self._remove(name))

    def image_of(self, name: str) -> str:
        return self._existing(name).image_id

    def image_id(self, ref: str) -> str:
        self._reach()
        return self.local[ref].run if ref in self.local else ""

    def describe(self, name: str) -> Found:
        found = self._existing(name)
        image = next(image for image in self.local.values() if image.run == found.container.image)
        return Found(name, image.ref, run=image.run, environment={"BY_HAND": "1"})

    def adopt(self, name: str, labels: Labels) -> None:
        self._change("adopt", name, lambda: self._adopt(name, labels))

    def rename(self, name: str, new: str) -> None:
        if self._own(name):
            self._change("rename", name, lambda: self._rename(name, new))

    def callers(self, name: str, port: int) -> Mapping[str, int]:
        assert port
        return self.calling.get(self._existing(name).container.name, {})

    def take_over(self, spec: ContainerSpec, port: int, holders: tuple[str, ...]) -> Container:
        assert port
        assert all(self._existing(name).container.adopted for name in holders)
        self.remove(spec.name)
        return self.start(spec)

    def run(self, spec: ContainerSpec, timeout: float, line: Callable[[str], None]) -> int:
        if self.find(spec.name) is None:
            self._change("run", spec.name, lambda: self._run(spec))
        check_claim(self._existing(spec.name).container, spec)
        for text in self.faults.command_output.get(spec.name, ()):
            line(text)
        ended = self.processes.pop(spec.name)
        if spec.name in self.faults.command_never_ends:
            raise EngineError(f"the command did not end within {timeout:g} s and was killed ({spec.name})")
        return ended.vitals.exit_code

    def execute(self, name: str, argv: tuple[str, ...], timeout: float) -> Output:
        del timeout
        if not self._existing(name).container.running:
            raise EngineError(f"run {argv[0]} in container {name}: Container {name} is not running")
        return self.commands.get((name, argv)) or self.answers.get(name, Output(0, ""))

    def signal(self, name: str, signal: str) -> None:
        self._existing(name)
        self._change(f"signal {signal}", name, lambda: None)

    def logs(self, name: str, tail: int | None = None, since: float = 0.0, *, follow: bool = False) -> Iterator[str]:
        del since, follow
        log = self._existing(name).log
        yield from log if tail is None else log[len(log) - min(tail, len(log)) :]

    def listen(self, heard: Callable[[Heard], None]) -> Hearing:
        self._reach()
        self._ears.append(Hearing(heard, self._ears))
        return self._ears[-1]

    def used_images(self) -> frozenset[str]:
        return frozenset(process.container.image for process in self.processes.values())

    @property
    def listeners(self) -> int:
        """How many subscriptions are open."""
        return len(self._ears)

    def foreign(self, name: str, image: str = "other:1", address: str | None = None) -> None:
        """Let someone else's container have this name."""
        number = f"{next(self._numbers):064x}"
        container = Container(name, number, Role.APP, State.RUNNING, image=image, address=address, ours=False)
        self.processes[name] = Process(container, replace(CREATED, state=State.RUNNING, address=address))

    def exit(self, name: str, status: int) -> None:
        """Let a container's process end; where its restart policy says so, Docker is about to start it again."""
        process = self._existing(name)
        if process.restart == "no":
            self._become(name, State.EXITED, exit_code=status, **GONE)
        else:
            restarts = process.vitals.restarts + 1
            self._become(name, State.RESTARTING, exit_code=status, restarts=restarts, **GONE)
        self._tell(name, Happening.DIED)

    def restart(self, name: str, status: int = 1) -> None:
        """Let a container's process end and run again."""
        self.exit(name, status)
        self._start(name)

    def run_out_of_memory(self, name: str) -> None:
        """Let the kernel kill a container's process."""
        self._become(name, State.RUNNING, oom_killed=True)
        self._tell(name, Happening.OUT_OF_MEMORY)
        self.exit(name, 137)

    def moves(self, name: str, address: str) -> None:
        """Give a container another address."""
        self._become(name, State.RUNNING, address=address)

    def turn(self, name: str, health: str, output: str = "") -> None:
        """Let Docker's own HEALTHCHECK of a container say something new."""
        self._become(name, State.RUNNING, health=health, health_output=output)
        if health in (Happening.HEALTHY, Happening.UNHEALTHY):
            self._tell(name, Happening(health))

    def _existing(self, name: str) -> Process:
        self._reach()
        if name not in self.processes:
            raise EngineError(f"there is no container {name}")
        return self.processes[name]

    def _own(self, name: str) -> Container | None:
        found = self.find(name)
        if found and not found.ours:
            raise EngineError(f"refuse to touch {name}: it is not a container of project {self.project}")
        return found

    def _adopt(self, name: str, labels: Labels) -> None:
        process = self._existing(name)
        self.adopted[process.container.id] = labels
        process.container = self._labelled(replace(process.container, ours=True, adopted=True), labels)

    def _rename(self, name: str, new: str) -> None:
        if new in self.processes and new != name:
            raise EngineError(f"rename container {name} to {new}: the name is already in use")
        process = self.processes.pop(name)
        process.container = replace(process.container, name=new)
        self.processes[new] = process

    def _put_aside(self, container: Container) -> None:
        self._rename(container.name, aside_name(container.service))
        process = self.processes[aside_name(container.service)]
        process.container = replace(process.container, ours=False, adopted=False, service="", color=None, release="")
        del self.adopted[container.id]

    def _remove(self, name: str) -> None:
        if self.processes[name].container.running:
            self._stop(name, 137)
        del self.processes[name]

    def _stop(self, name: str, status: int = 0) -> None:
        self._become(name, State.EXITED, exit_code=status, **GONE)
        self._tell(name, Happening.DIED)

    def _run(self, spec: ContainerSpec) -> None:
        self._create(spec)
        status = self.faults.command_status.get(spec.name, 0)
        self._become(spec.name, State.EXITED, exit_code=status)

    def _create(self, spec: ContainerSpec) -> None:
        if spec.image not in self.local:
            raise EngineError(f"create container {spec.name}: No such image: {spec.image}")
        options = spec.options
        settings = Settings(options.restart, options.mem_limit or 0, options.cpus or 0.0)
        made = replace(CREATED, settings=settings)
        made_of = self.local[spec.image].run
        self.processes[spec.name] = Process(self._container(spec), made, options.restart, made_of)

    def _start(self, name: str) -> None:
        _raise(self.faults.refuses_to_start, name, "start")
        number = next(self._numbers)
        self._become(
            name,
            State.RUNNING,
            exit_code=0,
            pid=number,
            started_at=f"2026-01-01T00:00:{number / 1000:012.9f}Z",
            address=None if name in self.faults.without_address else f"127.20.{number // 250}.{number % 250 + 1}",
            health=self.faults.healthcheck.get(name),
        )
        self._tell(name, Happening.STARTED)
        if name in self.faults.exits_on_start:
            self.exit(name, self.faults.exits_on_start[name])
        if name in self.faults.out_of_memory_on_start:
            self.run_out_of_memory(name)

    def _become(self, name: str, state: State, **changes: object) -> None:
        with self._lock:
            process = self._existing(name)
            process.vitals = replace(process.vitals, state=state, **changes)  # type: ignore[arg-type]
            process.container = replace(
                process.container, state=state, address=process.vitals.address, health=process.vitals.health
            )

    def _tell(self, name: str, happening: Happening) -> None:
        status = self._existing(name).vitals.exit_code if happening is Happening.DIED else None
        for ear in () if self.faults.events_lost else tuple(self._ears):
            ear.heard(Heard(name, happening, status))

    def _container(self, spec: ContainerSpec) -> Container:
        labels: Labels = {**spec.options.labels, **spec.labels}
        found = Container(spec.name, f"{next(self._numbers):064x}", Role.APP, State.CREATED, image=spec.image)
        if labels.get(Label.PROJECT) != self.project:
            return replace(found, ours=False)
        return self._labelled(replace(found, role=spec.role), labels)

    def _labelled(self, found: Container, labels: Labels) -> Container:
        return replace(
            found,
            service=labels.get(Label.SERVICE, ""),
            color=Color(labels[Label.COLOR]) if labels.get(Label.COLOR) else None,
            release=labels.get(Label.RELEASE, ""),
            deployment=labels.get(Label.DEPLOYMENT, ""),
            spec_hash=labels.get(Label.SPEC_HASH, ""),
            commit=labels.get(Label.COMMIT, ""),
        )


def _raise(refusals: dict[str, str], name: str, verb: str) -> None:
    if name in refusals:
        raise EngineError(f"{verb} container {name}: {refusals[name]}")
