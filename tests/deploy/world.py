"""One project in memory over several commands, and a killer that counts every change."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import RLock
from typing import Any

from bluegreen.deploy.candidates import ImageChoice
from bluegreen.deploy.deploy import DeployOptions, deploy
from bluegreen.deploy.hold import promote
from bluegreen.deploy.report import Report
from bluegreen.deploy.rollback import RollbackOptions, abort, rollback
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.color import Color
from tests.fakes.engine import FakeEngine
from tests.fakes.faults import Killed
from tests.fakes.hooks import FakeHooks
from tests.fakes.project import Events, has_images, project, workspace
from tests.fakes.proxy import FakeProxy

DOCKER = {"docker": True, "deadline": "400ms", "interval": "50ms"}
WEB: dict[str, object] = {"image": "shop:1", "port": 3000, "health": DOCKER, "bake": {"for": "0s"}}
WORKER: dict[str, object] = {"kind": "worker", "image": "shop:1", "health": DOCKER, "bake": {"for": "0s"}}
MIGRATING = {"server": {**WEB, "release_command": {"command": ["migrate"], "fail_on_output": ["An error"]}}}
SEVERAL = {"server": WEB, "store": {**WEB, "depends_on": {"server": {}}}}


class Killer:
    """Lets the command die before or after its k-th change; what is dead changes nothing more."""

    def __init__(self) -> None:
        self.count = 0
        self.before: int | None = None
        self.after: int | None = None
        self._dead = False
        self._lock = RLock()

    def arm(self, *, before: int | None = None, after: int | None = None) -> None:
        """Count from 1 again, and die there."""
        self.count, self.before, self.after, self._dead = 0, before, after, False

    def change(self, _verb: str, _name: str, act: Callable[[], object]) -> None:
        """Stand between the program and the world."""
        with self.around():
            act()

    @contextlib.contextmanager
    def around(self) -> Iterator[None]:
        """The same for a block."""
        with self._lock:
            self.count += 1
            self._die(self.count == self.before)
            yield
            self._die(self.count == self.after)

    def _die(self, now: bool) -> None:  # noqa: FBT001 - a condition
        self._dead = self._dead or now
        if self._dead:
            raise Killed


class World:
    """A project, its engine and its nginx."""

    def __init__(self, folder: Path, **services: dict[str, object]) -> None:
        self.folder = folder
        self.engine = FakeEngine()
        self.proxy = FakeProxy()
        self.hooks = FakeHooks()
        self.killer = Killer()
        self.project = project(services or {"server": WEB})
        self.events = Events()
        has_images(self.engine, "shop:1", "shop:2", "shop:3")
        for name in self.project.services:
            for color in Color:
                self.engine.faults.healthcheck[f"{name}-{color}"] = "healthy"

    def open(self) -> Workspace:
        """Open it as a new command does."""
        return workspace(self.folder, self.project, self.engine, self.proxy, self.hooks)

    def opened(self) -> Workspace:
        """Open it so that the killer counts what the command changes."""
        found = self.open()
        record = self.engine.changes
        plain = type(self.engine)._change

        def change(verb: str, name: str, act: Callable[[], object]) -> None:
            self.killer.change(verb, name, lambda: plain(self.engine, verb, name, act))

        self.engine._change = change  # type: ignore[method-assign]
        self.proxy.change = self.killer.change
        self.hooks.change = self.killer.change
        write = found.ledger._write

        @contextlib.contextmanager
        def counted() -> Iterator[Any]:
            with self.killer.around(), write() as database:
                yield database

        found.ledger._write = counted  # type: ignore[method-assign]
        assert record is self.engine.changes
        return found

    def deploy(self, tag: str, *names: str, **more: object) -> Report:
        """Run `bluegreen deploy --tag`."""
        self.events = Events()
        options = DeployOptions(names, ImageChoice(tag), **more)  # type: ignore[arg-type]
        return deploy(self.opened(), options, self.events)

    def rollback(self, *names: str, to: str = "", force: bool = False, bake: float | None = None) -> Report:
        """Run `bluegreen rollback`."""
        self.events = Events()
        return rollback(self.opened(), RollbackOptions(names, to, bake, force=force), self.events)

    def promote(self, *names: str, tight: bool = False) -> Report:
        """Run `bluegreen promote`."""
        self.events = Events()
        return promote(self.opened(), names, 0.0, self.events, tight=tight)

    def abort(self, *names: str) -> Report:
        """Run `bluegreen abort`."""
        self.events = Events()
        return abort(self.opened(), names, self.events)

    def running(self) -> list[str]:
        """The containers that run."""
        return sorted(c.name for c in self.engine.containers() if c.running)

    def image(self, service: str) -> str:
        """The image that requests for a web service reach now."""
        color = self.proxy.live.get(service, Color.BLUE)
        return self.image_of(f"{service}-{color}")

    def image_of(self, container: str) -> str:
        """The image of a container."""
        found = self.engine.find(container)
        return bytes.fromhex(found.image.removeprefix("sha256:")).rstrip(b"\0").decode() if found else ""

    def served(self, service: str) -> bool:
        """Whether a request would be answered: the first server that nginx may choose, or its backup, runs."""
        names = (server.partition(":")[0] for server in self.proxy.serving(service))
        return any((found := self.engine.find(name)) and found.running for name in names)
