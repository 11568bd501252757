"""Hooks of whole deployments, in memory: when they run, and what their failure means."""

from pathlib import Path

import pytest

from bluegreen.model.deployment import Outcome
from bluegreen.model.hooks import Hook, Hooks
from tests.deploy.world import WEB, WORKER, World

EVERY = Hooks.model_validate({hook: {"command": ["tell", hook, "s3cret"]} for hook in Hook})
SERVICES = {"server": {**WEB, "release_command": {"command": ["migrate"]}}, "worker": WORKER}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A shop whose first release serves; from here on every hook is there."""
    return hooked(tmp_path)


def hooked(folder: Path) -> World:
    world = World(folder, **SERVICES)
    world.deploy("1")
    world.project = world.project.model_copy(update={"hooks": EVERY})
    return world


def ran(world: World) -> list[str]:
    return [told["BLUEGREEN_HOOK"] for told in world.hooks.told]


def test_they_run_in_their_order(world: World) -> None:
    world.deploy("2")
    steps = [step.split()[0] if "hook" not in step else step.split()[1] for step in world.events.steps()]
    found = [step for step in steps if step in (*Hook, "release", "start", "cutover", "retire")]
    assert found == [
        *("pre_deploy", "release", "start", "smoke", "cutover", "post_cutover"),
        *("start", "retire", "retire", "post_deploy"),
    ]


def test_they_are_told_what_moves_and_where_it_listens(world: World) -> None:
    world.deploy("2")
    before, smoke = world.hooks.told[:2]
    assert (smoke["BLUEGREEN_SERVICES"], smoke["BLUEGREEN_COLORS"]) == ("server worker", "blue blue")
    assert (smoke["BLUEGREEN_IMAGES"], smoke["BLUEGREEN_VERB"]) == ("shop:2 shop:2", "deploy")
    address = world.hooks.told[1]["BLUEGREEN_URL_SERVER"]
    found = world.engine.find("server-blue")
    assert found
    assert address == f"http://{found.address}:3000"
    assert "BLUEGREEN_URL_SERVER" not in before


def test_their_arguments_may_be_secret_and_are_not_kept(world: World) -> None:
    world.deploy("2")
    assert "s3cret" not in repr((world.open().ledger.history(9), world.events.all))


def test_with_nothing_to_do_none_runs(world: World) -> None:
    world.deploy("1")
    assert ran(world) == []


def test_a_failing_pre_deploy_ends_it_before_anything_starts(world: World) -> None:
    world.hooks.problems["pre_deploy"] = "ended with status 1"
    world.hooks.output = ("it is friday",)
    before = list(world.engine.changes)
    report = world.deploy("2")
    assert (report.exit_status, report.reason) == (1, "the hook pre_deploy ended with status 1")
    assert "pre_deploy | it is friday" in report.evidence
    assert world.engine.changes == before
    assert ran(world) == ["pre_deploy", "on_failure"]
    assert world.hooks.told[-1]["BLUEGREEN_OUTCOME"] == "failed"
    assert world.hooks.told[-1]["BLUEGREEN_REASON"] == report.reason


def test_a_failing_smoke_stops_before_the_cutover(world: World) -> None:
    world.hooks.problems["smoke"] = "did not end within 60 s and was killed"
    report = world.deploy("2")
    assert (report.outcome, report.exit_status) == (Outcome.FAILED, 1)
    assert (world.image("server"), world.running()) == ("shop:1", ["server-green", "worker-green"])


def test_a_failing_post_cutover_goes_back(world: World) -> None:
    world.hooks.problems["post_cutover"] = "ended with status 1"
    report = world.deploy("2")
    assert (report.outcome, report.exit_status) == (Outcome.ROLLED_BACK, 4)
    assert (world.image("server"), world.running()) == ("shop:1", ["server-green", "worker-green"])
    assert ran(world)[-1] == "on_failure"


@pytest.mark.parametrize(("hook", "status"), [("post_deploy", 0), ("on_failure", 1)])
def test_the_last_hooks_change_nothing(world: World, hook: str, status: int) -> None:
    if status:
        world.engine.faults.exits_on_start["server-blue"] = 1
    world.hooks.problems[hook] = "ended with status 1"
    assert world.deploy("2").exit_status == status
    assert [step.step for step in world.open().ledger.history(1)[0].steps if step.failed][-1] == f"hook {hook}"


def test_what_needs_a_person_is_told_too(world: World) -> None:
    world.deploy("2")
    world.hooks.told.clear()
    world.hooks.problems["post_cutover"] = "ended with status 1"
    assert world.rollback().outcome is Outcome.STUCK
    assert world.hooks.told[-1]["BLUEGREEN_OUTCOME"] == "needs a human"


def test_smoke_runs_before_the_hold_and_not_again(world: World) -> None:
    world.deploy("2", hold=True)
    assert ran(world) == ["pre_deploy", "smoke"]
    world.promote()
    assert ran(world) == ["pre_deploy", "smoke", "post_cutover", "post_deploy"]


def test_the_ledger_keeps_their_output(world: World) -> None:
    world.hooks.output = tuple(f"line {number}" for number in range(300))
    world.deploy("2")
    kept = world.open().ledger.history(1)[0].hooks
    assert [record.hook for record in kept] == ["pre_deploy", "smoke", "post_cutover", "post_deploy"]
    assert kept[0].output.splitlines()[0] == "line 100"
