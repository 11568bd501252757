"""Never back and forth: a way back that fails stops; both colors stay, and a person chooses."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bluegreen.model.color import Color
from bluegreen.model.deployment import Outcome
from bluegreen.model.errors import LedgerError, NeedsHuman, ProxyError
from bluegreen.model.ports import Tally
from bluegreen.model.routing import Live
from tests.deploy.world import World

Break = Callable[[World], None]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.deploy("1")
    return world


class Switches:
    """Counts the switches of a proxy, and has something happen at each."""

    def __init__(self, world: World, *events: Break) -> None:
        self.count = 0
        self._world = world
        self._events = events
        self._plain = world.proxy.switch
        world.proxy.switch = self  # type: ignore[method-assign]

    def __call__(self, live: Live) -> Live:
        self.count += 1
        if self.count <= len(self._events):
            self._events[self.count - 1](self._world)
        return self._plain(live)


def nothing(_world: World) -> None:
    """All is well."""


def no_space(_world: World) -> None:
    raise ProxyError("cannot write slots/000003: No space left on device")


def deaf(world: World) -> None:
    world.proxy.ignores_switch = True


def errors(world: World) -> None:
    world.proxy.tallies = {("server", Color.BLUE): Tally(100, 60)}


def errors_and_the_old_one_killed(world: World) -> None:
    errors(world)
    world.engine.exit("server-green", 137)


def old_one_dies(world: World) -> None:
    world.engine.exit("server-green", 137)


def new_one_stays(world: World) -> None:
    world.engine.faults.refuses_to_remove["server-blue"] = "device or resource busy"


BREAKS: dict[str, tuple[tuple[Break, ...], int, Color, str]] = {
    "the rename fails": ((errors, no_space), 2, Color.BLUE, "going back failed: cannot write slots/000003"),
    "nginx does not follow": ((errors, deaf), 3, Color.BLUE, "nginx does not follow the switch"),
    "the old one is gone": ((errors_and_the_old_one_killed,), 1, Color.BLUE, "60 of 100 answers failed"),
    "the old one goes down after it": ((errors, old_one_dies), 2, Color.GREEN, "the old release, which serves again"),
    "the new one can't be removed": ((errors, new_one_stays), 2, Color.GREEN, "removing the new one failed"),
}


@pytest.mark.parametrize(("events", "switches", "serves", "said"), BREAKS.values(), ids=BREAKS)
def test_a_way_back_that_fails_stops(
    world: World, events: tuple[Break, ...], switches: int, serves: Color, said: str
) -> None:
    world.engine.processes["server-green"].restart = "no"
    counted = Switches(world, *events)
    assert said in stuck(lambda: world.deploy("2", bake=60.0))
    assert counted.count == switches
    assert world.proxy.live["server"] is serves
    assert {c.name for c in world.engine.containers()} >= {"server-blue", "server-green"}


def test_a_ledger_that_can_t_be_written_moves_nothing_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not written down would be done again by the next command, the other way."""

    def turn(*_: object) -> None:
        raise LedgerError("cannot write the ledger: database or disk is full")

    monkeypatch.setattr("bluegreen.ledger.ledger.Ledger.turn", turn)
    counted = Switches(world, errors)
    assert "the new release serves; finishing failed: cannot write the ledger" in stuck(
        lambda: world.deploy("2", bake=60.0)
    )
    assert counted.count == 1
    assert world.running() == ["server-blue", "server-green"]


def test_a_rollback_that_fails_stops(world: World) -> None:
    world.deploy("2")
    world.proxy.tallies = {("server", Color.GREEN): Tally(100, 60)}
    counted = Switches(world)
    assert world.rollback(bake=60.0).outcome is Outcome.STUCK
    assert counted.count == 1
    assert world.running() == ["server-blue", "server-green"]


@pytest.mark.parametrize("event", [no_space, deaf], ids=["the rename fails", "nginx does not follow"])
def test_a_cutover_that_fails_leaves_the_old_release(world: World, event: Break) -> None:
    counted = Switches(world, event)
    try:
        assert world.deploy("2").exit_status == 1
        assert world.running() == ["server-green"]
    except NeedsHuman:
        assert event is deaf
    assert counted.count == (2 if event is deaf else 1)
    assert world.image("server") == "shop:1"


@pytest.mark.parametrize("then", ["deploy", "rollback"])
def test_the_next_command_goes_on_from_there(world: World, then: str) -> None:
    Switches(world, errors, no_space)
    stuck(lambda: world.deploy("2", bake=60.0))
    world.proxy.tallies = {}
    _ = world.deploy("3") if then == "deploy" else world.rollback()
    assert world.image("server") == ("shop:3" if then == "deploy" else "shop:1")
    assert len(world.running()) == 1
    assert world.open().ledger.unfinished() is None


def stuck(command: Callable[[], object]) -> str:
    """Run a command that must end with status 5; return what it says."""
    try:
        report = command()
    except NeedsHuman as error:
        return error.message
    assert getattr(report, "exit_status", None) == 5, report
    return str(getattr(report, "reason", ""))
