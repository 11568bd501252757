"""Too little room is found out before anything is touched."""

from dataclasses import replace
from pathlib import Path

import pytest

from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.release import Image
from tests.deploy.world import WEB, WORKER, World
from tests.fakes.faults import Change
from tests.fakes.images import GB

MB = 1024**2
DIGEST = f"sha256:{'7' * 64}"


def changes(world: World) -> list[Change]:
    """What was done to the engine; a network is there already when the room is measured."""
    return [change for change in world.engine.changes if change.verb != "create network"]


def refused(world: World, tag: str, reason: str) -> None:
    """Deploy, which must fail for this reason and change nothing."""
    before = changes(world), world.proxy.live
    with pytest.raises(DeploymentFailed, match=reason):
        world.deploy(tag)
    assert (changes(world), world.proxy.live) == before
    assert world.open().ledger.unfinished() is None


def published(world: World) -> None:
    """Let a registry have shop:9, and what runs be 2 GB large."""
    world.engine.registry["shop:9"] = DIGEST
    world.engine.has(Image("shop:1", world.engine.local["shop:1"].run, size=2 * GB))


def test_a_first_deployment_without_room_makes_not_even_a_proxy(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.engine.registry["shop:9"] = DIGEST
    world.engine.free = replace(world.engine.free, images=GB)
    refused(world, "9", r"1\.0 GB are free at /var/lib/docker, .* about 1\.2 GB are needed to pull 1 image")


def test_an_image_that_would_not_fit_is_not_pulled(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.deploy("1")
    published(world)
    world.engine.free = replace(world.engine.free, images=3 * GB)
    refused(world, "9", r"about 3\.2 GB are needed")
    world.engine.free = replace(world.engine.free, images=4 * GB)
    world.deploy("9")


def test_an_image_that_is_here_needs_no_room_of_its_own(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.engine.free = replace(world.engine.free, images=GB)
    world.deploy("1")


def test_a_state_directory_on_a_full_disk_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.engine.free = replace(world.engine.free, state=10 * MB)
    refused(world, "1", "10 MB are free at")


def test_the_limit_of_memory_counts_and_without_one_what_the_running_copy_uses(tmp_path: Path) -> None:
    limited = {**WEB, "mem_limit": "400m"}
    world = World(tmp_path, server=limited, store=WEB, worker={**WORKER, "strategy": "stop-first", "mem_limit": "9g"})
    world.deploy("1")
    world.engine.memory["store-green"] = 50 * MB
    world.engine.free = replace(world.engine.free, memory=449 * MB)
    refused(world, "2", r"449 MB .* need 450 MB while both run \(server 400 MB, store 50 MB\)")
    world.engine.free = replace(world.engine.free, memory=450 * MB)
    world.deploy("2")


@pytest.fixture
def held(tmp_path: Path) -> World:
    """A server and its worker, held, from a registry; the server's second copy has its memory already."""
    world = World(tmp_path, server={**WEB, "mem_limit": "9g"}, worker={**WORKER, "mem_limit": "200m"})
    world.deploy("1", force=True)
    published(world)
    world.deploy("9", hold=True, force=True)
    return world


def test_a_promotion_needs_memory_for_the_workers_alone(held: World) -> None:
    held.engine.free = replace(held.engine.free, memory=199 * MB)
    before = changes(held), held.proxy.live
    with pytest.raises(DeploymentFailed, match=r"the second copies need 200 MB while both run \(worker 200 MB\)"):
        held.promote()
    assert (changes(held), held.proxy.live) == before
    assert len(held.open().ledger.held()) == 1
    assert "199 MB of memory are available" in " ".join(held.promote(tight=True).notes)
    assert held.proxy.live != before[1]


def test_a_promotion_pulls_nothing(held: World) -> None:
    held.engine.free = replace(held.engine.free, memory=200 * MB, images=100 * MB)
    with pytest.raises(DeploymentFailed, match=r"and about 256 MB are needed to run$"):
        held.promote()
    held.engine.free = replace(held.engine.free, images=GB)
    held.promote()


def test_memory_is_a_guess_that_force_and_a_rollback_pass_over(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "mem_limit": "200m"})
    world.deploy("1")
    world.engine.free = replace(world.engine.free, memory=100 * MB)
    assert "100 MB of memory are available" in world.deploy("2", force=True).notes[0]
    assert "100 MB of memory are available" in world.rollback().notes[0]
    assert world.image("server") == "shop:1"
