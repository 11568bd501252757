"""deploy --hold, promote and abort, killed before and after every change."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bluegreen.model.errors import ConfigError
from tests.deploy.world import WEB, WORKER, World
from tests.fakes.faults import Killed

MOST = 200
SERVICES = {"server": WEB, "worker": WORKER}


def hold(world: World) -> object:
    return world.deploy("2", hold=True)


def promote(world: World) -> object:
    return world.promote()


def abort(world: World) -> object:
    return world.abort()


def killed(
    folder: Path, before: Callable[[World], object] | None, command: Callable[[World], object]
) -> Iterator[World]:
    """Kill the command before and after its k-th change, for every k; each world serves when it is handed on."""
    for k in range(1, MOST):
        for when in ("before", "after"):
            (folder / f"{k}-{when}").mkdir()
            world = World(folder / f"{k}-{when}", **SERVICES)
            world.deploy("1")
            if before:
                before(world)
            world.killer.arm(**{when: k})
            try:
                command(world)
            except Killed:
                world.killer.arm()
                assert world.served("server")
                yield world
            else:
                return
    pytest.fail(f"more than {MOST} changes")


def assert_settled(world: World, image: str) -> None:
    """That release alone runs, and nothing is held or unfinished."""
    assert sorted(c.service for c in world.engine.containers()) == sorted(SERVICES)
    assert {world.image_of(c.name) for c in world.engine.containers()} == {image}
    ledger = world.open().ledger
    assert (ledger.unfinished(), ledger.held()) == (None, ())
    assert all(service.preview is None for service in world.proxy.told[-1].services)


def gone_on(world: World, command: Callable[[World], object]) -> None:
    """Run what a person would type; it is refused where it had been done already."""
    with suppress(ConfigError):
        command(world)


def test_a_hold_that_was_killed_is_held_by_the_next_command_and_can_be_promoted(tmp_path: Path) -> None:
    count = 0
    for world in killed(tmp_path, None, hold):
        count += 1
        gone_on(world, hold)
        assert (world.image("server"), len(world.open().ledger.held())) == ("shop:1", 1)
        world.promote()
        assert_settled(world, "shop:2")
    print(f"hold: killed at {count} points")
    assert count > 20


def test_a_promotion_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    count = 0
    for world in killed(tmp_path, hold, promote):
        count += 1
        gone_on(world, promote)
        assert_settled(world, "shop:2")
    print(f"promote: killed at {count} points")
    assert count > 20


def test_an_abort_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    count = 0
    for world in killed(tmp_path, hold, abort):
        count += 1
        gone_on(world, abort)
        assert_settled(world, "shop:1")
    print(f"abort: killed at {count} points")
    assert count > 10
