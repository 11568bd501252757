"""Room is made before a pull, and nothing else grows."""

import json
from pathlib import Path

import pytest

from bluegreen.deploy.retention import KEPT
from bluegreen.model.errors import EngineError
from tests.deploy.world import World
from tests.fakes.project import has_images

TAGS = tuple(f"shop:{number}" for number in range(1, 9))


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "state").mkdir()
    made = World(tmp_path / "state")
    has_images(made.engine, *TAGS)
    return made


def here(world: World) -> set[str]:
    """The tags of the shop that the engine has."""
    return {name for name in world.engine.local if name.startswith("shop:")}


def test_the_images_of_the_last_releases_stay_and_earlier_ones_go(world: World) -> None:
    for number in range(1, 8):
        report = world.deploy(str(number))
    assert here(world) == {"shop:3", "shop:4", "shop:5", "shop:6", "shop:7", "shop:8"}
    assert report.notes == ("removed the image shop:2 of an earlier release, which was built here (0 MB)",)
    assert "removed the image shop:2" in " ".join(row.event for row in world.open().ledger.audits(100))


def test_a_rollback_as_far_as_is_promised_finds_its_images(world: World) -> None:
    for number in range(1, 8):
        world.deploy(str(number))
    for number in (6, 5, 4):
        world.rollback()
        assert world.image("server") == f"shop:{number}"


def test_an_image_that_another_project_keeps_stays(world: World, tmp_path: Path) -> None:
    run = world.engine.local["shop:1"].run
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / KEPT).write_text(json.dumps([run]))
    for number in range(1, 8):
        world.deploy(str(number))
    assert "shop:1" in here(world)
    assert "shop:2" not in here(world)


def test_no_image_goes_while_it_is_unknown_what_another_project_keeps(world: World, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / KEPT).write_text("damaged")
    for number in range(1, 8):
        report = world.deploy(str(number))
    assert here(world) == set(TAGS)
    assert "no image was removed: cannot read which images another project keeps" in report.notes[0]


def test_an_image_that_the_engine_will_not_give_up_fails_nothing(world: World) -> None:
    world.engine.faults.image_in_use.add(world.engine.local["shop:1"].run)
    for number in range(1, 8):
        report = world.deploy(str(number))
    assert "shop:1 stays: remove image" in report.notes[0]
    assert world.image("server") == "shop:7"


def test_a_rollback_to_an_image_that_is_gone_touches_nothing(world: World) -> None:
    for number in range(1, 8):
        world.deploy(str(number))
    first = world.open().ledger.history(100)[-1].moves[0].new
    before = len(world.engine.changes)
    with pytest.raises(EngineError, match=f"the image shop:1 of release {first} is not here any more"):
        world.rollback(to=first)
    assert len(world.engine.changes) == before


def test_copies_of_releases_and_outputs_of_commands_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluegreen.ledger.upkeep.COPIES", 2)
    for number in range(1, 8):
        world.deploy(str(number))
    ledger = world.open().ledger
    kept = {path.name for path in (world.folder / "releases").iterdir()}
    releases = [record.moves[0].new for record in ledger.history(100)]
    # what runs, the one before the newest, and three to roll back to from there
    assert kept == set(releases[:5])
    assert len(releases) == 7


def test_the_last_reports_of_unexpected_errors_stay(world: World) -> None:
    for number in range(25):
        (world.folder / f"report-20260101T0000{number:02}Z-1.txt").touch()
    world.deploy("1")
    assert sorted(path.name[20:22] for path in world.folder.glob("report-*.txt")) == [f"{n:02}" for n in range(5, 25)]
