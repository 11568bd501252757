"""Killed before and after every change: what serves goes on, and the next command ends in the old or the new state."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bluegreen.model.errors import BluegreenError
from tests.fakes.faults import Killed
from tests.unit.deploy.world import MIGRATING, SEVERAL, WEB, WORKER, World

Command = Callable[[World], object]
MOST = 400


def deploy_2(world: World) -> object:
    return world.deploy("2")


def roll_back(world: World) -> object:
    return world.rollback()


def failing(world: World) -> object:
    world.engine.faults.exits_on_start["server-blue"] = 1
    return world.deploy("2")


SCENARIOS: dict[str, tuple[dict[str, dict[str, object]], tuple[str, ...], Command]] = {
    "first deployment": ({"server": WEB}, (), deploy_2),
    "deployment": ({"server": WEB}, ("1",), deploy_2),
    "several services": (SEVERAL, ("1",), deploy_2),
    "release command": (MIGRATING, ("1",), deploy_2),
    "worker that overlaps": ({"server": WEB, "worker": WORKER}, ("1",), deploy_2),
    "worker that stops first": ({"server": WEB, "worker": {**WORKER, "strategy": "stop-first"}}, ("1",), deploy_2),
    "worker alone": ({"worker": WORKER}, ("1",), deploy_2),
    "failing release": ({"server": WEB}, ("1",), failing),
    "rollback": ({"server": WEB}, ("1", "2"), roll_back),
}


def killed_at_every_change(folder: Path, name: str, after_it: Command) -> list[World]:
    """Kill the scenario's command before and after its k-th change, for every k; return the worlds that are left."""
    services, before, command = SCENARIOS[name]
    worlds: list[World] = []
    for k in range(1, MOST):
        for when in ("before", "after"):
            (folder / f"{k}-{when}").mkdir()
            world = World(folder / f"{k}-{when}", **services)
            for tag in before:
                world.deploy(tag)
            world.killer.arm(**{when: k})
            try:
                command(world)
            except Killed:
                pass
            else:
                return worlds
            world.killer.arm()
            if before:
                assert all(world.served(s) for s in services if s != "worker"), f"{name}: nobody answers at {k} {when}"
            after_it(world)
            worlds.append(world)
    pytest.fail(f"{name}: more than {MOST} changes")


def assert_sound(world: World, expected: str) -> None:
    """One live color of that image, no orphan, nothing unfinished, and nginx names only what is there."""
    running = [c.name.rpartition("-")[0] for c in world.engine.containers()]
    assert sorted(running) == sorted(world.project.services), f"{running}: {world.engine.changes}"
    assert {world.image_of(c.name) for c in world.engine.containers()} == {expected}
    assert world.open().ledger.unfinished() is None
    for service in world.proxy.slots:
        assert world.served(service)
        named = {host for slot in world.proxy.slots[service].values() for host in slot.servers + slot.backup}
        assert named == {f"{service}-{world.proxy.live[service]}:3000"}


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "failing release"])
def test_the_same_command_again_ends_in_the_new_state(scenario: str, tmp_path: Path) -> None:
    worlds = killed_at_every_change(
        tmp_path, scenario, lambda world: world.deploy("2" if scenario != "rollback" else "1")
    )
    for world in worlds:
        assert_sound(world, "shop:1" if scenario == "rollback" else "shop:2")
    print(f"{scenario}: killed at {len(worlds)} points")
    assert len(worlds) > 20


@pytest.mark.parametrize("scenario", ["deployment", "several services", "worker that stops first", "failing release"])
def test_going_back_instead_ends_in_the_old_state(scenario: str, tmp_path: Path) -> None:
    def go_back(world: World) -> object:
        world.engine.faults.exits_on_start.clear()
        try:
            return world.rollback()
        except BluegreenError:
            return world.deploy("1")

    worlds = killed_at_every_change(tmp_path, scenario, go_back)
    for world in worlds:
        assert_sound(world, "shop:1")
    print(f"{scenario}: killed at {len(worlds)} points")


def test_a_release_command_that_succeeded_is_not_run_again(tmp_path: Path) -> None:
    for world in killed_at_every_change(tmp_path, "release command", deploy_2):
        runs = [change for change in world.engine.changes if change.verb == "run"]
        # once for each of the two releases; a third time only where the kill hit the command itself
        assert len(runs) <= 3
