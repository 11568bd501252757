"""The way back after a command that was killed: by one release, of the services that are meant, and of no other."""

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Timer

import pytest

from bluegreen.decide.before import INTERRUPTED
from bluegreen.deploy import release_command
from bluegreen.ledger.ledger import Ledger
from bluegreen.model.container import State
from bluegreen.model.deployment import Deployment, Outcome
from bluegreen.model.errors import ConfigError, Interrupted, LockHeld
from tests.deploy.world import SEVERAL, WEB, World
from tests.fakes.faults import Killed

Command = Callable[[World], object]
Services = dict[str, dict[str, object]]


def left(world: World) -> Deployment | None:
    """What the last command left."""
    return world.open().ledger.unfinished()


def killed(folder: Path, before: Command, command: Command, services: Services | None = None) -> Iterator[World]:
    """Yield a world for each change after which the command can be killed so that it leaves a deployment."""
    for k in count(1):
        (folder / f"{k}").mkdir()
        world = World(folder / f"{k}", **(services or {}))
        before(world)
        world.killer.arm(after=k)
        try:
            command(world)
        except Killed:
            world.killer.arm()
            if left(world):
                yield world
        else:
            return


def deployed(*tags: str) -> Command:
    """Deploy one release after another."""
    return lambda world: [world.deploy(tag) for tag in tags]


def unhealthy(world: World) -> None:
    """The third release will never be healthy."""
    deployed("1", "2")(world)
    world.engine.faults.healthcheck["server-green"] = "unhealthy"


def before_its_cutover(folder: Path, services: Services | None = None) -> World:
    """The second release serves; the deployment of the third was killed when its container had started."""
    worlds = killed(folder, deployed("1", "2"), deployed("3"), services)
    return next(world for world in worlds if len(world.running()) > len(world.project.services))


def after_its_cutover(folder: Path, *names: str) -> World:
    """Of two services, the third release of these serves; its deployment was killed then."""
    worlds = killed(folder, deployed("1", "2"), lambda world: world.deploy("3", *names), SEVERAL)
    return next(world for world in worlds if world.image(names[0]) == "shop:3")


def test_a_rollback_that_was_killed_is_finished_and_no_other_is_begun(tmp_path: Path) -> None:
    points = 0
    for world in killed(tmp_path, deployed("1", "2", "3"), World.rollback):
        points += 1
        report = world.rollback()
        assert (report.verb, report.outcome, report.exit_status) == ("rollback", Outcome.DEPLOYED, 0)
        assert (world.image("server"), world.running(), left(world)) == ("shop:2", ["server-blue"], None)
    assert points > 10


@pytest.mark.parametrize("before", [deployed("1", "2"), unhealthy], ids=["healthy", "unhealthy"])
def test_a_deployment_that_was_killed_is_called_off_and_nothing_else_moves(before: Command, tmp_path: Path) -> None:
    points = 0
    for world in killed(tmp_path, before, deployed("3")):
        points += 1
        served = world.image("server")
        report = world.rollback()
        assert report.exit_status == 0
        assert (world.image("server"), world.running(), left(world)) == ("shop:2", ["server-blue"], None)
        if served == "shop:2":
            assert (report.verb, report.outcome) == ("abort", Outcome.FAILED)
            assert not {"cutover", "switch back"}.intersection(world.events.steps())
    assert points > 8


def test_one_that_begins_and_is_left_while_a_rollback_waits_for_the_lock_is_called_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = before_its_cutover(tmp_path)
    answers = iter([None, left(world)])
    monkeypatch.setattr(Ledger, "unfinished", lambda _: next(answers))
    assert world.rollback().outcome is Outcome.FAILED
    assert (world.image("server"), world.running()) == ("shop:2", ["server-blue"])


def test_a_rollback_that_was_being_undone_is_begun_anew(tmp_path: Path) -> None:
    world = next(killed(tmp_path, deployed("1", "2", "3"), World.rollback))
    deployment = left(world)
    assert deployment
    world.open().ledger.turn(deployment.id, "aborted on request", 1.0)
    assert world.rollback().outcome is Outcome.DEPLOYED
    assert (world.image("server"), world.running()) == ("shop:2", ["server-blue"])


def test_one_that_is_over_is_gone_back_from_unless_a_signal_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Ledger.finish

    def finish(*arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        plain(*arguments)  # type: ignore[arg-type]

    *_, world = killed(tmp_path, deployed("1", "2"), deployed("3"))
    monkeypatch.setattr(Ledger, "finish", finish)
    with pytest.raises(Interrupted, match=r"deployment \w+ is finished, and nothing else was begun"):
        world.rollback()
    assert (world.image("server"), left(world)) == ("shop:3", None)


class TestNamed:
    def test_another_services_deployment_is_not_turned_back(self, tmp_path: Path) -> None:
        world = after_its_cutover(tmp_path, "server")
        deployment, before = left(world), list(world.engine.changes)
        assert deployment
        with pytest.raises(ConfigError, match=f"store can't go back yet: deployment {deployment.id}, .*server") as no:
            world.rollback("store")
        assert "bluegreen rollback server goes back" in no.value.hint
        assert (world.engine.changes, world.image("server"), world.image("store")) == (before, "shop:3", "shop:2")

    def test_those_that_it_moves_are(self, tmp_path: Path) -> None:
        world = after_its_cutover(tmp_path, "server")
        assert world.rollback("server").exit_status == 0
        assert (world.image("server"), world.image("store"), left(world)) == ("shop:2", "shop:2", None)

    def test_one_of_two_that_it_moves_is_not(self, tmp_path: Path) -> None:
        world = after_its_cutover(tmp_path, "server", "store")
        with pytest.raises(ConfigError, match="can't go back yet") as refused:
            world.rollback("store")
        assert "bluegreen rollback server store goes back" in refused.value.hint
        assert world.rollback("store", "server").exit_status == 0
        assert (world.image("server"), world.image("store")) == ("shop:2", "shop:2")

    def test_a_rollback_of_another_service_that_was_left_is_not_finished_for_it(self, tmp_path: Path) -> None:
        world = next(killed(tmp_path, deployed("1", "2"), lambda world: world.rollback("server"), SEVERAL))
        with pytest.raises(ConfigError, match="store can't go back yet"):
            world.rollback("store")
        assert world.rollback("server").outcome is Outcome.DEPLOYED
        assert (world.image("server"), world.image("store")) == ("shop:1", "shop:2")

    def test_a_name_that_is_no_services_is_told_first(self, tmp_path: Path) -> None:
        world = after_its_cutover(tmp_path, "server")
        with pytest.raises(ConfigError, match="there is no service stroe"):
            world.rollback("stroe")

    def test_while_the_other_one_runs_the_lock_is_held(self, tmp_path: Path) -> None:
        world = after_its_cutover(tmp_path, "server")
        with world.open().locked(), pytest.raises(LockHeld):
            world.rollback("store")


class TestInterruptedThenKilled:
    """What an earlier process was told is no signal to this one."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> World:
        world = before_its_cutover(tmp_path)
        deployment = left(world)
        assert deployment
        world.open().ledger.turn(deployment.id, INTERRUPTED, 1.0)
        return world

    def test_the_next_deployment_deploys(self, world: World) -> None:
        report = world.deploy("3")
        assert report.outcome is Outcome.DEPLOYED
        assert "is undone" in report.notes[0]
        assert world.image("server") == "shop:3"

    @pytest.mark.parametrize("command", [World.abort, World.rollback])
    def test_calling_it_off_undoes_it(self, world: World, command: Callable[[World], object]) -> None:
        report = command(world)
        assert getattr(report, "exit_status", None) == 0
        assert (world.image("server"), world.running(), left(world)) == ("shop:2", ["server-blue"], None)


class TestReleaseCommand:
    NAME = "server-release-command"

    @pytest.fixture
    def world(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
        """A deployment was killed in its release command."""
        monkeypatch.setattr(release_command, "POLL", 0.01)
        command = {"command": ["migrate"], "timeout": "300ms"}
        worlds = killed(tmp_path, deployed("1"), deployed("2"), {"server": {**WEB, "release_command": command}})
        return next(world for world in worlds if world.engine.find(self.NAME))

    def test_called_off_it_leaves_no_container(self, world: World) -> None:
        assert world.abort().exit_status == 0
        assert [container.name for container in world.engine.containers()] == ["server-green"]

    def test_one_that_still_runs_may_end_by_itself(self, world: World) -> None:
        world.engine._become(self.NAME, State.RUNNING)
        Timer(0.05, world.engine.exit, (self.NAME, 0)).start()
        world.abort()
        assert world.engine.find(self.NAME) is None
        assert not any(change.verb == "stop" and change.name == self.NAME for change in world.engine.changes)

    def test_but_no_longer_than_its_time(self, world: World) -> None:
        world.engine._become(self.NAME, State.RUNNING)
        assert world.abort().exit_status == 0
        assert world.engine.find(self.NAME) is None
        assert any(change.verb == "stop" and change.name == self.NAME for change in world.engine.changes)
