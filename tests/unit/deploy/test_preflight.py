"""What is verified before anything is touched: volumes, folders, clocks, connections."""

import time
from pathlib import Path
from typing import Any

import pytest

from bluegreen.health.database import verify
from bluegreen.ledger.records import Author
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.ports import Output
from bluegreen.model.service import Service
from tests.unit.deploy.world import WEB, World


def failure(world: World, tag: str = "shop:2") -> str:
    with pytest.raises(DeploymentFailed) as caught:
        world.deploy(tag.partition(":")[2])
    assert caught.value.hint
    return caught.value.message


def test_a_volume_that_the_release_before_had_must_still_be_there(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "volumes": ["assets:/assets"]})
    world.deploy("1")
    assert failure(world) == "the volume assets of server is gone, which the release before this one had"
    world.engine.foreign_volumes.add("assets")
    assert world.deploy("2").exit_status == 0


def test_a_folder_that_is_mounted_must_be_there(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "volumes": [f"{tmp_path}/data:/data"]})
    assert failure(world) == f"server mounts {tmp_path}/data, which does not exist on this machine"
    assert world.running() == []
    (tmp_path / "data").mkdir()
    assert world.deploy("1").exit_status == 0


def test_clocks_must_agree(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.engine.clock = time.time() - 300
    assert failure(world) == "the clocks of this machine and of the Docker engine differ by 300 s"
    world.engine.clock = None
    world.open().ledger.audit(Author("a", "b", "c"), "done", time.time() + 3600)
    assert failure(world) == "this machine's clock went back: the newest command in the audit is 3600 s in the future"


class Database(World):
    """A world whose database says this of its connections."""

    def answers(self, connections: str) -> Any:
        """Let psql answer, and return the engine."""
        self.engine.foreign("db")
        answer = Output(0, f"170006 17.6 f\n{connections}\n")
        self.engine.execute = lambda *_: answer  # type: ignore[method-assign]
        return self.engine


SERVICE = Service.model_validate({"name": "db", "kind": "database", "engine": "postgres", "version": 17})
COPIED = {"10.0.0.3": "server", "10.0.0.4": "worker"}


@pytest.mark.parametrize(
    "connections",
    [
        "97 0 -",
        "97 3 10.0.0.3,10.0.0.3,10.0.0.4",
        "4 2 10.0.0.3,10.0.0.3",
        "97 96 -",
        "10 9 10.0.0.9,10.0.0.9,10.0.0.9",
    ],
)
def test_there_is_room_for_a_second_copy(connections: str, tmp_path: Path) -> None:
    assert verify(Database(tmp_path).answers(connections), SERVICE, COPIED) == "PostgreSQL 17.6, accepting connections"


def test_a_second_copy_that_would_find_no_connections_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeploymentFailed) as caught:
        verify(Database(tmp_path).answers("5 4 10.0.0.3,10.0.0.4,10.0.0.3,10.0.0.9"), SERVICE, COPIED)
    assert caught.value.message == (
        "db has 1 of 5 connections left, and a second copy of server, worker would need 3, as many as the first one has"
    )
    assert "max_connections" in caught.value.hint
