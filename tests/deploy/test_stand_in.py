"""Where the live color went down after a deployment that a person must choose for, the other one answers."""

from pathlib import Path

import pytest

from bluegreen.deploy.doctor.doctor import look, mend
from bluegreen.deploy.proxying import proxy_up
from bluegreen.model.color import Color
from bluegreen.model.deployment import Outcome
from bluegreen.model.ports import Tally
from bluegreen.model.routing import Slot
from tests.deploy.world import WEB, World
from tests.fakes.project import Events

BAKED: dict[str, object] = {**WEB, "bake": {"for": "5s"}}
ANSWERING = ("server-green:3000", "server-blue:3000")


@pytest.fixture
def stuck(tmp_path: Path) -> World:
    """The rollback of one of two services failed, and then what was to serve again went down."""
    world = World(tmp_path, server=BAKED, store=WEB)
    world.deploy("1")
    world.deploy("2", "server", bake=0.0)
    world.proxy.tallies = {("server", Color.GREEN): Tally(100, 60)}
    assert world.rollback("server").outcome is Outcome.STUCK
    world.proxy.tallies = {}
    world.engine.exit("server-green", 1)
    assert world.proxy.serving("server") == ANSWERING
    assert "server-blue" in world.running()
    return world


def test_a_corrected_release_goes_beside_what_answers(stuck: World) -> None:
    report = stuck.deploy("3", "server")
    assert report.outcome is Outcome.DEPLOYED
    assert "server: green does not run; blue, which answered for it, is live now" in report.notes
    assert all("server-blue:3000" in slot.servers + slot.backup for slot in _held(stuck)[:-1])
    assert (stuck.image("server"), stuck.running()) == ("shop:3", ["server-green", "store-green"])


def test_a_corrected_release_that_fails_leaves_what_answers(stuck: World) -> None:
    stuck.engine.faults.exits_on_start["server-green"] = 1
    assert stuck.deploy("3", "server").exit_status == 1
    assert stuck.image("server") == "shop:2"
    assert "server-blue" in stuck.running()


def test_another_service_may_be_deployed_meanwhile(stuck: World) -> None:
    assert stuck.deploy("3", "store").outcome is Outcome.DEPLOYED
    assert "server-blue:3000" in stuck.proxy.serving("server")


def test_the_proxy_goes_on_falling_back(stuck: World) -> None:
    proxy_up(stuck.open())
    assert stuck.proxy.serving("server") == ANSWERING


def test_the_doctor_leaves_it(stuck: World) -> None:
    found = look(stuck.open())
    mend(stuck.open(), found, lambda: (stuck.open(), None), Events())
    assert "server-blue:3000" in stuck.proxy.serving("server")
    assert "server-blue" in stuck.running()


def _held(world: World) -> list[Slot]:
    """What the chosen slot held, after each reload since."""
    return [slots["server"][Color.BLUE] for slots in world.proxy.reloads[-3:]]
