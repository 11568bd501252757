"""A held deployment of which the file of a release is lost: what goes on nevertheless, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bluegreen.deploy.hold import refuse_stranded
from bluegreen.deploy.status import status
from bluegreen.model.deployment import Outcome
from bluegreen.model.errors import LedgerError
from tests.deploy.world import WEB, WORKER, World


def damaged(world: World, service: str) -> Path:
    """Damage the file of the newest release of a service; return its path."""
    moved = [move.new for each in world.open().ledger.history(-1) for move in each.moves if move.service == service]
    path = world.folder / "releases" / moved[0] / "release.json"
    path.write_text("{")
    return path


@pytest.fixture
def held(tmp_path: Path) -> World:
    """A server whose second release is held, and a store."""
    world = World(tmp_path, server=WEB, store=WEB, worker=WORKER)
    world.deploy("1")
    world.deploy("2", "server", "worker", hold=True)
    return world


def test_what_serves_is_told_as_ever_and_what_can_not_go_on(held: World) -> None:
    path = damaged(held, "server")
    told = status(held.open())
    assert [service.state for service in told.services] == ["serving"] * 3
    assert told.drift[0].startswith("deployment ")
    assert f"{path}: it is damaged; `bluegreen doctor --fix`" in told.drift[0]


def test_other_services_are_deployed_and_rolled_back(held: World) -> None:
    damaged(held, "server")
    assert held.deploy("2", "store").outcome is Outcome.DEPLOYED
    assert held.rollback("store").outcome is Outcome.DEPLOYED
    assert (held.image("server"), held.image("store")) == ("shop:1", "shop:1")


ACTS: dict[str, Callable[[World], object]] = {
    "deploy all": lambda world: world.deploy("3"),
    "deploy it": lambda world: world.deploy("3", "server"),
    "deploy what it moves as well": lambda world: world.deploy("3", "worker"),
    "roll it back": lambda world: world.rollback("server"),
    "promote": World.promote,
    "promote it": lambda world: world.promote("server"),
    "abort": lambda world: refuse_stranded(world.open(), ()),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_needs_it_is_refused_and_says_what_to_type(act: Callable[[World], object], held: World) -> None:
    path = damaged(held, "server")
    before = held.running()
    with pytest.raises(LedgerError) as refused:
        act(held)
    assert str(path) in refused.value.message
    assert "bluegreen doctor --fix" in refused.value.hint
    assert held.running() == before


def test_another_that_is_held_can_be_promoted(held: World) -> None:
    held.deploy("2", "store", hold=True)
    damaged(held, "server")
    assert held.promote().outcome is Outcome.DEPLOYED
    assert (held.image("server"), held.image("store")) == ("shop:1", "shop:2")
