"""Held before the cutover, promoted or aborted; in memory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bluegreen.deploy.status import status
from bluegreen.model.color import Color
from bluegreen.model.deployment import Outcome
from bluegreen.model.errors import ConfigError
from bluegreen.model.routing import Preview
from tests.deploy.world import SEVERAL, WEB, WORKER, World

TWO = {"server": WEB, "store": WEB}


@pytest.fixture
def held(tmp_path: Path) -> World:
    """A server whose second release is held, and a store."""
    world = World(tmp_path, **TWO)
    world.deploy("1")
    report = world.deploy("2", "server", hold=True)
    assert (report.outcome, report.exit_status) == (Outcome.HELD, 0)
    return world


def preview(world: World, service: str = "server") -> Preview | None:
    """What nginx was last told of a preview."""
    return next(each for each in world.proxy.told[-1].services if each.name == service).preview


def test_it_stops_before_the_cutover_with_the_new_release_warm(held: World) -> None:
    assert held.image("server") == "shop:1"
    assert held.running() == ["server-blue", "server-green", "store-green"]
    found = preview(held)
    assert found
    assert found.color is Color.BLUE
    assert held.open().ledger.unfinished() is None


def test_status_shows_it_with_its_token_and_calls_nothing_drift(held: World) -> None:
    told = status(held.open())
    (waiting,) = told.held
    found = preview(held)
    assert found
    assert (waiting.services, waiting.images, waiting.token) == (("server",), ("shop:2",), found.token)
    assert (told.drift, told.unfinished) == ((), "")
    assert found.token not in repr(told)


def test_history_shows_it(held: World) -> None:
    (newest, *_) = held.open().ledger.history(1)
    assert newest.held_at
    held.promote()
    (newest, *_) = held.open().ledger.history(1)
    assert newest.held_at is None


def test_promote_moves_the_traffic_by_the_usual_path(held: World) -> None:
    held.proxy.reloads.clear()
    report = held.promote()
    assert (report.verb, report.outcome) == ("promote", Outcome.DEPLOYED)
    assert (held.image("server"), held.running()) == ("shop:2", ["server-blue", "store-green"])
    assert len(held.proxy.reloads) == 1
    assert preview(held) is None
    assert status(held.open()).drift == ()


def test_promote_takes_the_workers_along(tmp_path: Path) -> None:
    world = World(tmp_path, server=WEB, worker=WORKER)
    world.deploy("1")
    world.deploy("2", hold=True)
    assert world.running() == ["server-blue", "server-green", "worker-green"]
    world.promote()
    assert (world.running(), world.image_of("worker-blue")) == (["server-blue", "worker-blue"], "shop:2")


def test_the_image_of_a_worker_that_waits_stays(tmp_path: Path) -> None:
    world = World(tmp_path, server=WEB, worker=WORKER, store=WEB)
    world.project = world.project.model_copy(update={"keep_releases": 1})
    world.deploy("1")
    world.deploy("2", "server", "worker", hold=True)
    for tag in ("3", "1", "3"):
        world.deploy(tag, "store")
    world.promote()
    assert world.image_of("worker-blue") == "shop:2"


def test_what_is_not_healthy_any_more_is_not_promoted(held: World) -> None:
    held.engine.turn("server-blue", "unhealthy")
    report = held.promote()
    assert (report.outcome, report.exit_status) == (Outcome.FAILED, 1)
    assert (held.image("server"), held.running()) == ("shop:1", ["server-green", "store-green"])


def test_abort_removes_it(held: World) -> None:
    report = held.abort()
    assert (report.outcome, report.exit_status) == (Outcome.FAILED, 0)
    assert (held.image("server"), held.running()) == ("shop:1", ["server-green", "store-green"])
    assert preview(held) is None
    assert status(held.open()).held == ()


def test_another_service_is_deployed_and_rolled_back_beside_it(held: World) -> None:
    token = preview(held)
    assert held.deploy("3", "store").outcome is Outcome.DEPLOYED
    assert preview(held) == token
    assert held.proxy.slots["server"][Color.BLUE].servers == ("server-blue:3000",)
    held.rollback()
    assert (held.image("store"), preview(held)) == ("shop:1", token)
    held.promote()
    assert (held.image("server"), held.running()) == ("shop:2", ["server-blue", "store-green"])


def test_a_first_release_can_be_held(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.deploy("1", hold=True)
    assert world.proxy.serving("server") == ()
    world.promote()
    assert world.image("server") == "shop:1"


def test_the_service_that_is_held_is_not_deployed_nor_rolled_back(held: World) -> None:
    commands: tuple[Callable[[], object], ...] = (
        lambda: held.deploy("3", "server"),
        lambda: held.deploy("2", hold=True),
        lambda: held.rollback("server"),
    )
    for command in commands:
        before = list(held.engine.changes)
        with pytest.raises(ConfigError, match="holds server"):
            command()
        assert held.engine.changes == before


def test_what_serves_already_is_unchanged_beside_what_is_held(held: World) -> None:
    assert held.deploy("1").outcome is None


def test_several_can_be_held_and_are_told_apart_by_their_services(held: World) -> None:
    held.deploy("3", "store", hold=True)
    with pytest.raises(ConfigError, match="2 deployments are held"):
        held.promote()
    held.promote("store")
    assert (held.image("server"), held.image("store")) == ("shop:1", "shop:3")
    held.abort("server")
    assert held.running() == ["server-green", "store-blue"]


def test_a_rollback_after_a_promotion_undoes_the_promotion(held: World) -> None:
    held.deploy("3", "store")
    held.promote()
    held.rollback()
    assert (held.image("server"), held.image("store")) == ("shop:1", "shop:3")


def test_with_nothing_held_there_is_nothing_to_promote(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.deploy("1")
    with pytest.raises(ConfigError, match="no deployment is held"):
        world.promote()
    with pytest.raises(ConfigError, match="no deployment is under way"):
        world.abort()


def test_a_worker_alone_is_not_held(tmp_path: Path) -> None:
    world = World(tmp_path, worker=WORKER)
    with pytest.raises(ConfigError, match="take up work"):
        world.deploy("1", hold=True)
    assert world.running() == []


def test_a_release_that_fails_is_not_held(tmp_path: Path) -> None:
    world = World(tmp_path, **SEVERAL)
    world.deploy("1")
    world.engine.faults.exits_on_start["store-blue"] = 1
    assert world.deploy("2", hold=True).outcome is Outcome.FAILED
    assert world.running() == ["server-green", "store-green"]
