"""What an image has to prove before anything starts."""

from pathlib import Path

import pytest

from bluegreen.deploy import verification
from bluegreen.hooks import HostHooks
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.release import Image
from tests.deploy.world import WEB, World
from tests.fakes.hooks import FakeHooks

DIGEST = f"sha256:{'a' * 64}"
RUN = f"acme/shop@{DIGEST}"


class RealHooks(FakeHooks):
    """Commands of the host, run."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.run = HostHooks(folder).run  # type: ignore[method-assign]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two services of one image that a registry has."""
    web = {**WEB, "image": "acme/shop:1"}
    world = World(tmp_path, server=web, store=web)
    world.hooks = RealHooks(tmp_path)
    world.engine.registry["acme/shop:2"] = DIGEST
    world.engine.has(Image("acme/shop:2", RUN))
    return world


def command(world: World, folder: Path, script: str) -> None:
    """Have this shell script verify."""
    (folder / "cosign").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "cosign").chmod(0o755)
    verify = (str(folder / "cosign"), "verify", "--key", "a b;$HOME", "{image}")
    world.project = world.project.model_copy(update={"verify": verify})


def test_each_image_is_verified_once_by_its_digest_and_without_a_shell(world: World, tmp_path: Path) -> None:
    command(world, tmp_path, 'for word; do echo "[$word]"; done | tee -a words; pwd')
    assert world.deploy("2").outcome == "deployed"
    assert (tmp_path / "words").read_text() == f"[verify]\n[--key]\n[a b;$HOME]\n[{RUN}]\n"
    said = [event.detail for event in world.events.all if (event.phase, event.step) == ("note", "verify")]
    assert said[-1] == str(tmp_path)


def test_an_image_that_is_refused_starts_nothing_and_what_was_printed_is_shown(world: World, tmp_path: Path) -> None:
    command(world, tmp_path, "echo 'no matching signatures' >&2; printf '\\033[2Jgoodbye'; exit 10")
    with pytest.raises(DeploymentFailed) as caught:
        world.deploy("2")
    assert f"verify: cosign ended with status 10, for {RUN}\n" in caught.value.message
    assert caught.value.message.endswith("  cosign | no matching signatures\n  cosign | goodbye")
    assert (world.running(), world.engine.processes) == ([], {})


def test_what_does_not_change_is_not_verified(world: World, tmp_path: Path) -> None:
    world.deploy("2")
    command(world, tmp_path, "exit 1")
    assert world.deploy("2").outcome is None


def test_a_rollback_asks_nobody(world: World, tmp_path: Path) -> None:
    world.engine.registry["acme/shop:3"] = f"sha256:{'b' * 64}"
    world.engine.has(Image("acme/shop:3", f"acme/shop@sha256:{'b' * 64}"))
    world.deploy("2")
    world.deploy("3")
    command(world, tmp_path, "exit 1")
    assert world.rollback().outcome == "deployed"


def test_a_command_that_hangs_is_killed(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "DEADLINE", 0.1)
    command(world, tmp_path, "exec sleep 60")
    with pytest.raises(DeploymentFailed, match=r"cosign did not end within 0.1 s and was killed"):
        world.deploy("2")


def test_a_command_that_is_not_there_is_named(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    world.project = world.project.model_copy(update={"verify": ("cosign", "{image}")})
    with pytest.raises(DeploymentFailed, match="cosign could not be started: cosign: No such file"):
        world.deploy("2")


def test_with_require_digest_what_was_built_here_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.project = world.project.model_copy(update={"require_digest": True})
    with pytest.raises(DeploymentFailed, match="require_digest: no registry has shop:2, which was built here"):
        world.deploy("2")
    assert world.engine.processes == {}


def test_with_require_digest_a_registry_out_of_reach_ends_the_deployment(world: World) -> None:
    world.project = world.project.model_copy(update={"require_digest": True})
    assert world.deploy("2").outcome == "deployed"
    world.engine.faults.registry_gone = True
    with pytest.raises(DeploymentFailed, match=r"require_digest: .*registry can't be reached"):
        world.deploy("2")
