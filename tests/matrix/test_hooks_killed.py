"""A deployment with every hook, killed after every change."""

from pathlib import Path

from bluegreen.model.hooks import Hook
from tests.deploy.test_hooks import hooked, ran
from tests.fakes.faults import Killed


def test_killed_in_a_hook_the_next_command_runs_it_again(tmp_path: Path) -> None:
    twice = 0
    for k in range(1, 200):
        (tmp_path / str(k)).mkdir()
        world = hooked(tmp_path / str(k))
        world.killer.arm(after=k)
        try:
            world.deploy("2")
        except Killed:
            world.killer.arm()
            world.deploy("2")
            assert (world.image("server"), world.running()) == ("shop:2", ["server-blue", "worker-blue"])
            assert set(ran(world)) == set(Hook) - {Hook.ON_FAILURE}
            twice += len(ran(world)) > 4
        else:
            break
    assert twice == 4
