"""Too little room is measured on the real machine, and refused before anything is touched."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bluegreen.deploy.candidates import ImageChoice
from bluegreen.deploy.deploy import DeployOptions, deploy
from bluegreen.deploy.opening import open_workspace
from bluegreen.engine import memory
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.ports import Room
from tests.engine.product.shop import Shop
from tests.fakes.project import Events

MB = 1024**2


@dataclass
class Small:
    """The machine, with less room than it has."""

    real: DockerMachine
    memory: int | None = None
    images: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def room(self, state: Path) -> Room:
        found = self.real.room(state)
        return replace(found, memory=self.memory or found.memory, images=self.images or found.images)


@pytest.mark.parametrize(
    ("small", "reason"),
    [
        ({"images": 100 * MB}, "100 MB are free at /.*, where Docker keeps images and containers"),
        ({"memory": 5 * MB}, r"5 MB of memory are available, and the second copies need \d+ MB while both run"),
    ],
    ids=["disk", "memory"],
)
def test_a_deployment_without_room_changes_nothing(
    unmoved: Shop, monkeypatch: pytest.MonkeyPatch, small: dict[str, int], reason: str
) -> None:
    unmoved.command()
    for key, value in unmoved.surroundings().items():
        monkeypatch.setenv(key, value)
    workspace = open_workspace(unmoved.file, None, "test")
    assert isinstance(workspace.machine, DockerMachine)
    tight = replace(workspace, machine=Small(workspace.machine, **small))
    with pytest.raises(DeploymentFailed, match=reason):
        deploy(tight, DeployOptions(choice=ImageChoice("v2")), Events())


def test_what_a_copy_uses_is_measured(unmoved: Shop) -> None:
    machine = DockerMachine(unmoved.engine, unmoved.project)
    # a small Python program
    assert 4 * MB < machine.memory_of(unmoved.named("server-green")) < 200 * MB


def test_where_the_kernel_cannot_be_asked_the_engine_is(unmoved: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    machine, name = DockerMachine(unmoved.engine, unmoved.project), unmoved.named("server-green")
    state = unmoved.inspect("server-green")
    seen = memory.used(state["State"]["Pid"], state["Id"])
    monkeypatch.setattr(memory, "PROC", Path("/nowhere"))
    assert machine.memory_of(name) == pytest.approx(seen, rel=0.5)


def test_what_is_free_is_what_the_kernel_says(unmoved: Shop) -> None:
    room = DockerMachine(unmoved.engine, unmoved.project).room(unmoved.state)
    total = DockerMachine(unmoved.engine, unmoved.project).host().memory
    assert room.memory
    assert 0 < room.memory < total
    assert room.images
    assert room.state > 0
    assert Path(room.images_at).is_dir()
