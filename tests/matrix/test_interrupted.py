"""Interrupted at every change: undone before the cutover, sound after it; and twice, which is the end at once."""

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

import pytest

from bluegreen.deploy import signals
from bluegreen.model.color import Color
from bluegreen.model.errors import Interrupted
from bluegreen.model.ports import Tally
from tests.deploy.world import MIGRATING, SEVERAL, WEB, WORKER, Killer, World
from tests.fakes.faults import Killed

Command = Callable[[World], object]
MOST = 200
MEMORY = Path("/dev/shm")
ENDS = (Interrupted, KeyboardInterrupt, Killed)


class Interrupter(Killer):
    """Sends signals to this process instead: the first at the armed change, those after it one change later each."""

    def __init__(self, *numbers: signal.Signals) -> None:
        super().__init__()
        self.numbers = numbers
        self._left: list[signal.Signals] = []

    def arm(self, *, before: int | None = None, after: int | None = None) -> None:
        super().arm(before=before, after=after)
        self._left = list(self.numbers)

    @property
    def struck(self) -> bool:
        """Whether the armed change came."""
        return len(self._left) < len(self.numbers)

    def end(self, status: int) -> None:
        """In place of os._exit: nothing changes any more."""
        assert status == Interrupted.exit_status
        self._dead = True
        raise Killed

    def _die(self, now: bool) -> None:  # noqa: FBT001 - a condition
        if now or (self.struck and self._left):
            os.kill(os.getpid(), self._left.pop(0))
        super()._die(now=False)


def deploy_2(world: World) -> object:
    return world.deploy("2")


def roll_back(world: World) -> object:
    return world.rollback()


def failing(world: World) -> object:
    world.engine.faults.exits_on_start["server-blue"] = 1
    return world.deploy("2")


def failing_in_the_bake(world: World) -> object:
    world.proxy.tallies = {("server", Color.BLUE): Tally(100, 50)}
    return world.deploy("2", bake=0.2)


SCENARIOS: dict[str, tuple[dict[str, dict[str, object]], tuple[str, ...], Command]] = {
    "first deployment": ({"server": WEB}, (), deploy_2),
    "deployment": ({"server": WEB}, ("1",), deploy_2),
    "several services": (SEVERAL, ("1",), deploy_2),
    "release command": (MIGRATING, ("1",), deploy_2),
    "worker that overlaps": ({"server": WEB, "worker": WORKER}, ("1",), deploy_2),
    "worker that stops first": ({"server": WEB, "worker": {**WORKER, "strategy": "stop-first"}}, ("1",), deploy_2),
    "worker alone": ({"worker": WORKER}, ("1",), deploy_2),
    "failing release": ({"server": WEB}, ("1",), failing),
    "switch back in the bake": ({"server": WEB}, ("1",), failing_in_the_bake),
    "rollback": ({"server": WEB}, ("1", "2"), roll_back),
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A directory in memory, where there is one: a disk's flushes are not what is tested."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else tmp_path) as name:
        yield Path(name)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Signals end a command as they do where the program begins."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in signals.REQUESTS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def interrupted_at_every_change(folder: Path, name: str, *numbers: signal.Signals) -> Iterator[World]:
    """Interrupt the scenario's command before and after its k-th change, for every k; give what is left each time."""
    services, before, command = SCENARIOS[name]
    for k in range(1, MOST):
        for when in ("before", "after"):
            (folder / f"{k}-{when}").mkdir()
            world = World(folder / f"{k}-{when}", **services)
            for tag in before:
                world.deploy(tag)
            world.killer = interrupter = Interrupter(*numbers)
            interrupter.arm(**{when: k})
            with suppress(*ENDS), patch.object(os, "_exit", interrupter.end):
                command(world)
            struck = interrupter.struck
            world.killer = Killer()
            world.engine.faults.exits_on_start.clear()
            world.proxy.tallies = {}
            if not struck:
                return
            if before:
                assert all(world.served(s) for s in services if s != "worker"), f"{name}: nobody answers at {k} {when}"
            yield world
    pytest.fail(f"{name}: more than {MOST} changes")


def assert_sound(world: World, *images: str) -> None:
    """One live color of one of these images, no orphan, nothing unfinished, nginx names only what is there."""
    containers = world.engine.containers()
    assert {world.image_of(c.name) for c in containers} in [{image} if image else set() for image in images]
    if containers:
        assert sorted(c.service for c in containers) == sorted(world.project.services)
    assert all(c.running for c in containers)
    assert world.open().ledger.unfinished() is None
    for service, slots in world.proxy.slots.items():
        named = {host for slot in slots.values() for host in slot.servers + slot.backup}
        assert named <= {f"{service}-{world.proxy.live.get(service, Color.BLUE)}:3000"}


def ends(scenario: str) -> tuple[str, str]:
    """The images before and after."""
    _, before, _ = SCENARIOS[scenario]
    old = f"shop:{before[-1]}" if before else ""
    return old, "shop:1" if scenario == "rollback" else "shop:2"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_first_signal_ends_it_soundly(scenario: str, folder: Path) -> None:
    """Exactly the old state, or after the cutover one that the next command finishes."""
    old, new = ends(scenario)
    count = left = 0
    for world in interrupted_at_every_change(folder, scenario, signal.SIGTERM):
        count += 1
        unfinished = world.open().ledger.unfinished()
        if unfinished is None:
            assert_sound(world, old, new)
        else:
            left += 1
            assert unfinished.committed_at, "what has not moved the traffic is undone"
            _some_worker_works(world)
        world.deploy(new[-1])
        assert_sound(world, new)
    print(f"{scenario}: interrupted at {count} points, {left} times after the cutover")
    assert count > 20


@pytest.mark.parametrize("scenario", ["several services", "worker that stops first", "switch back in the bake"])
def test_the_second_signal_ends_it_at_once(scenario: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, new = ends(scenario)
    monkeypatch.setattr(signals, "TWICE", 0.0)
    count = 0
    for world in interrupted_at_every_change(folder, scenario, signal.SIGINT, signal.SIGINT):
        count += 1
        world.deploy(new[-1])
        assert_sound(world, new)
    print(f"{scenario}: interrupted twice at {count} points")
    assert count > 20


@pytest.mark.parametrize("scenario", ["several services", "worker that stops first", "rollback"])
def test_when_the_terminal_is_gone_it_ends_in_the_old_or_the_new_state(scenario: str, folder: Path) -> None:
    """Nobody will type the next command."""
    worlds = 0
    for world in interrupted_at_every_change(folder, scenario, signal.SIGHUP, signal.SIGHUP):
        worlds += 1
        assert_sound(world, *ends(scenario))
    print(f"{scenario}: hung up at {worlds} points")
    assert worlds > 20


def _some_worker_works(world: World) -> None:
    workers = [name for name in world.project.services if name == "worker"]
    running = {c.service for c in world.engine.containers() if c.running}
    assert running >= set(workers), "an old worker has stopped, and none took its place"
