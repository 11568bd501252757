"""A project on a machine in memory, command after command, as typed: real decisions, files, ledger and nginx adapter.

Docker, nginx's processes, hooks and the disk's speed are stand-ins; every side effect is counted, and one can go wrong.
"""

import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bluegreen.cli import main, progress
from bluegreen.decide import after, parts
from bluegreen.deploy import opening
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.records import Author
from bluegreen.model.color import Color
from bluegreen.model.ports import Output
from bluegreen.model.service import Kind
from bluegreen.proxy import settling
from bluegreen.proxy.container import Identity
from bluegreen.proxy.nginx import Nginx
from tests.fakes.faults import Killed
from tests.fakes.hooks import FakeHooks
from tests.fakes.nginx import FakeNginx, NginxEngine
from tests.fakes.notifier import FakeNotifier
from tests.fakes.project import Events, has_images, project
from tests.faults.effects import Effects, Fault
from tests.faults.ledger import counted_ledger
from tests.faults.system import System

Services = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Ran:
    """How a command ended; status None: it was killed."""

    words: tuple[str, ...]
    status: int | None
    text: str
    effects: Effects

    def __str__(self) -> str:
        return f"{' '.join(self.words)}: {'killed' if self.status is None else f'status {self.status}'}\n{self.text}"


class Site:
    """The machine, with one project."""

    def __init__(self, folder: Path, services: Services, **more: object) -> None:
        self.folder = folder
        self.state = folder / "state"
        self.project = project(services, **more)
        self.engine = NginxEngine()
        self.nginx = self.engine.nginx = FakeNginx(self.engine, self.state / "nginx")
        self.hooks = FakeHooks()
        self.said: list[str] = []
        has_images(self.engine, "shop:0", "shop:1", "shop:2")
        self.databases = {service.name for service in self.project.of_kind(Kind.DATABASE)}
        for name in self.databases:
            self.engine.foreign(name, "postgres:17")
            self.engine.answers[name] = Output(0, "170006 17.6 f\n97 0 -\n")
        self._find("healthy")
        self._kept: dict[str, tuple[Any, ...]] = {}

    def run(self, *words: str, fault: Fault | None = None) -> Ran:
        """Run a command; the fault comes about in it."""
        effects = Effects(fault)
        self.state.mkdir(mode=0o700, exist_ok=True)
        out = io.StringIO()
        with self._beneath(effects), redirect_stderr(out), redirect_stdout(out):
            try:
                status = main(words)
            except Killed:
                return Ran(words, None, out.getvalue(), effects)
        return Ran(words, status, out.getvalue() + _report_file(self.state, status), effects)

    def keep(self, name: str) -> None:
        """Remember all as it is now."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        if self.state.exists():
            shutil.copytree(self.state, self.folder / name, symlinks=True)
        nginx, engine = self.nginx, self.engine
        self._kept[name] = (
            {key: replace(process) for key, process in engine.processes.items()},
            tuple(copy(each) for each in (engine.networks, engine.changes, engine.local, self.hooks.told)),
            (nginx.master, nginx.workers, nginx.generation, nginx.slots),
        )

    def back_to(self, name: str) -> None:
        """Have all as it was then."""
        shutil.rmtree(self.state, ignore_errors=True)
        if (self.folder / name).exists():
            shutil.copytree(self.folder / name, self.state, symlinks=True)
        processes, others, nginx = self._kept[name]
        engine = self.engine
        engine.processes = {key: replace(process) for key, process in processes.items()}
        engine.networks, engine.changes, engine.local, self.hooks.told = (copy(each) for each in others)
        self.nginx.master, self.nginx.workers, self.nginx.generation, self.nginx.slots = nginx

    def lose_databases(self) -> None:
        """The databases end; nothing works without them, whether it runs or is started."""
        for name in self.databases:
            self.engine.exit(name, 137)
        self._find("unhealthy")
        self.engine.faults.command_status["server-release-command"] = 1

    def _find(self, health: str) -> None:
        """Have health checks find this from now on."""
        for name in self.project.services.keys() - self.databases:
            for color in Color:
                self.engine.faults.healthcheck[f"{name}-{color}"] = health
        for name, process in self.engine.processes.items():
            if process.container.running and name in self.engine.faults.healthcheck:
                self.engine.turn(name, health)

    def mend(self) -> None:
        """Have all be well that goes wrong in a command."""
        for name in self.databases:
            if not self.engine.processes[name].container.running:
                self.engine._start(name)
        self._find("healthy")
        self.engine.faults.exits_on_start.clear()
        self.engine.faults.command_status.clear()
        self.hooks.problems.clear()
        self.nginx.tallies = {}
        self.nginx.mend()

    def image_of(self, container: str) -> str:
        """The image of a container."""
        run = self.engine.processes[container].container.image
        return bytes.fromhex(run.removeprefix("sha256:")).rstrip(b"\0").decode()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, to look at."""
        ledger = Ledger(self.state)
        try:
            yield ledger
        finally:
            ledger.close()

    def _open(self, _file: Path, _environment: str | None, command: str, *, blank: bool = False) -> Workspace:
        identity = Identity("shop", "shop-proxy", "shop-network", "nginx:1.30", self.state)
        engine, ledger = self.engine, Ledger.blank(self.state) if blank else Ledger(self.state)
        return Workspace(
            self.project,
            self.folder,
            self.state,
            engine,
            engine,
            engine,
            Nginx(engine, identity, ledger),
            self.hooks,
            ledger,
            Author("test@here", "terminal", command),
            FakeNotifier(),
        )

    @contextmanager
    def _heard(self) -> Iterator[Events]:
        events = Events()
        try:
            yield events
        finally:
            self.said = [event.detail for event in events.all]

    @contextmanager
    def _beneath(self, effects: Effects) -> Iterator[None]:
        plain = type(self.engine)._change

        def change(verb: str, name: str, act: Callable[[], object]) -> None:
            effects.act("engine", verb, name, lambda: plain(self.engine, verb, name, act))

        def hook(verb: str, name: str, act: Callable[[], object]) -> None:
            effects.act(verb, name, "", act)

        with ExitStack() as stack:
            stack.enter_context(System(effects, self.state, durable=False).counted())
            stack.enter_context(counted_ledger(effects, quick=True))
            stack.enter_context(self.nginx.beneath(effects))
            stack.enter_context(patch.object(self.engine, "_change", change))
            stack.enter_context(patch.object(self.hooks, "change", hook))
            stack.enter_context(patch.object(os, "_exit", effects.end))
            stack.enter_context(patch.object(opening, "open_workspace", self._open))
            stack.enter_context(patch.object(progress, "progress", self._heard))
            stack.enter_context(patch.multiple(parts, DRAIN_LOOK=0.0))
            stack.enter_context(patch.multiple(after, BAKE_LOOK=0.01))
            stack.enter_context(patch.multiple(settling, _DEADLINE=0.05))
            yield


def _report_file(state: Path, status: int) -> str:
    """What a bug left to be read."""
    reports = sorted(state.glob("report-*")) if status == 3 else []
    return "\n".join(path.read_text() for path in reports)
