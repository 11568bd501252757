"""Releases whose migrations can't be undone, and the way back across them."""

from pathlib import Path

import pytest

from bluegreen.model.color import Color
from bluegreen.model.deployment import Outcome
from bluegreen.model.errors import ConfigError
from bluegreen.model.ports import Tally
from tests.deploy.world import WEB, World
from tests.fakes.project import project


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Releases 1, 2 and 3, of which 2 is not reversible."""
    world = World(tmp_path)
    world.deploy("1")
    world.project = project({"server": {**WEB, "reversible": False}})
    world.deploy("2")
    world.project = project({"server": WEB})
    world.deploy("3")
    return world


def release(world: World, position: int) -> str:
    return world.open().ledger.moves_of("server")[position][1]


def test_a_rollback_that_stays_behind_it_goes_on(world: World) -> None:
    assert world.rollback().outcome is Outcome.DEPLOYED
    assert world.image("server") == "shop:2"


def test_a_rollback_across_it_is_refused_before_anything_is_touched(world: World) -> None:
    before = list(world.engine.changes)
    with pytest.raises(ConfigError, match=f"{release(world, 1)} .* reversible: false") as refused:
        world.rollback(to=release(world, 0))
    assert refused.value.exit_status == 2
    assert f"--to {release(world, 0)} --force" in refused.value.hint
    assert world.engine.changes == before


def test_from_it_no_step_back_is_taken_unasked(world: World) -> None:
    world.rollback()
    with pytest.raises(ConfigError, match="reversible: false"):
        world.rollback()
    world.rollback(force=True)
    assert world.image("server") == "shop:1"


def test_forced_it_goes_and_says_so(world: World) -> None:
    report = world.rollback(to=release(world, 0), force=True)
    assert world.image("server") == "shop:1"
    assert any("forced across release" in note for note in report.notes)


def test_going_on_to_it_again_is_no_way_back(world: World) -> None:
    world.rollback(to=release(world, 0), force=True)
    assert world.rollback(to=release(world, 1)).outcome is Outcome.DEPLOYED
    assert world.image("server") == "shop:2"


def test_the_mark_is_the_releases_own_whatever_services_yaml_says_now(world: World) -> None:
    world.project = project({"server": {**WEB, "reversible": False}})
    assert world.rollback().outcome is Outcome.DEPLOYED
    assert world.image("server") == "shop:2"


def test_in_the_bake_the_traffic_goes_back_all_the_same(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "bake": {"for": "30s"}, "reversible": False})
    world.deploy("1", bake=0.0)
    world.engine.faults.healthcheck["server-blue"] = "healthy"
    world.proxy.tallies = {("server", Color.BLUE): Tally(100, 100)}
    assert world.deploy("2").outcome is Outcome.ROLLED_BACK
    assert world.image("server") == "shop:1"
