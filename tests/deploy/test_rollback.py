"""The way back after a command that was killed: by one release, of the services that are meant, and of no other."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from threading import Timer

import pytest

from bluegreen.deploy import release_command
from bluegreen.model.container import State
from bluegreen.model.deployment import Deployment
from tests.deploy.world import WEB, World
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
