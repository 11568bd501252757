"""Whole deployments in memory."""

from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from bluegreen.deploy.candidates import ImageChoice
from bluegreen.deploy.deploy import DeployOptions, dry_run
from bluegreen.deploy.status import status
from bluegreen.model.color import Color
from bluegreen.model.deployment import Outcome
from bluegreen.model.errors import ConfigError
from bluegreen.model.ports import Tally
from tests.deploy.world import DOCKER, MIGRATING, SEVERAL, WEB, WORKER, World
from tests.fakes.faults import Killed
from tests.fakes.project import project


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_first_deployment_serves(world: World) -> None:
    report = world.deploy("1")
    assert (report.outcome, report.exit_status) == (Outcome.DEPLOYED, 0)
    assert world.proxy.serving("server") == ("server-green:3000",)
    assert world.running() == ["server-green"]


def test_the_next_release_takes_the_other_color_and_the_old_one_goes(world: World) -> None:
    world.deploy("1")
    world.deploy("2")
    assert (world.running(), world.image("server")) == (["server-blue"], "shop:2")
    assert world.proxy.slots["server"] == dict.fromkeys(Color, world.proxy.slots["server"][Color.BLUE])


def test_the_old_color_is_backup_until_it_goes(world: World) -> None:
    world.deploy("1")
    world.deploy("2")
    prepared = world.proxy.reloads[-2]["server"]
    assert prepared[Color.BLUE].servers == ("server-blue:3000",)
    assert prepared[Color.BLUE].backup == ("server-green:3000",)
    assert prepared[Color.GREEN].servers == ("server-green:3000",)


def test_nothing_changed_is_nothing_done(world: World) -> None:
    world.deploy("1")
    before = list(world.engine.changes)
    report = world.deploy("1")
    assert [(row.service, row.happened, row.why) for row in report.services] == [("server", "skipped", "unchanged")]
    assert world.engine.changes == before


def test_force_deploys_what_has_not_changed(world: World) -> None:
    world.deploy("1")
    assert world.deploy("1", force=True).outcome is Outcome.DEPLOYED
    assert world.running() == ["server-blue"]


def test_a_dry_run_touches_nothing(world: World) -> None:
    report = dry_run(world.open(), DeployOptions(choice=ImageChoice("1")))
    assert [(row.happened, row.why) for row in report.services] == [("would deploy", "first deployment")]
    assert world.engine.changes == []
    assert not world.proxy.running


def test_a_release_that_exits_never_takes_over(world: World) -> None:
    world.deploy("1")
    world.engine.faults.exits_on_start["server-blue"] = 3
    report = world.deploy("2")
    assert (report.outcome, report.exit_status) == (Outcome.FAILED, 1)
    assert "server" in report.reason
    assert (world.running(), world.image("server")) == (["server-green"], "shop:1")
    assert world.engine.find("server-blue") is None


def test_an_nginx_configuration_that_fails_leaves_the_old_release(world: World) -> None:
    world.deploy("1")
    world.proxy.refuses_configuration = "nginx: [emerg] no"
    report = world.deploy("2")
    assert (report.exit_status, report.reason) == (1, "nginx: [emerg] no")
    assert (world.running(), world.image("server")) == (["server-green"], "shop:1")
    assert world.engine.find("server-blue") is None


def test_images_are_pulled_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, server={**WEB, "image": "shop:1"}, store={**WEB, "image": "store:1"})
    world.engine.registry = {"shop:1": f"sha256:{1:064}", "store:1": f"sha256:{2:064}"}
    both, pull = Barrier(2, timeout=5), world.engine.pull

    def pulled(*asked: Any) -> None:
        both.wait()
        pull(*asked)

    monkeypatch.setattr(world.engine, "pull", pulled)
    assert world.deploy("").outcome is Outcome.DEPLOYED


def test_routes_that_only_the_old_release_has_go_with_it(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "routes": [{"host": "old.test"}]})
    world.deploy("1")
    world.project = project({"server": {**WEB, "routes": [{"host": "new.test"}]}})
    world.deploy("2")
    assert hosts(world)[-2:] == [("new.test", "old.test"), ("new.test",)]


def test_a_release_that_is_tried_again_is_known_as_it_was_tried_last(tmp_path: Path) -> None:
    """What shapes no container counts as well: a health check that was wrong must not come back."""
    world = World(tmp_path, server=WEB)
    world.engine.faults.healthcheck["server-green"] = "unhealthy"
    first = world.deploy("1").services[0].new_release
    world.engine.faults.healthcheck["server-green"] = "healthy"
    world.project = project({"server": {**WEB, "health": {**DOCKER, "deadline": "9s"}}})
    second = world.deploy("1").services[0].new_release
    assert first != second
    assert world.open().ledger.releases.read(second).service.health.deadline == 9.0


def test_a_drain_that_ran_out_of_time_says_what_was_left(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "drain_timeout": "100ms"})
    world.deploy("1")
    world.proxy.old_workers = 2
    (drain,) = (step for step in world.deploy("2").steps if step.step == "drain")
    assert drain.detail == "over with 2 old nginx workers left"
    ends = [(event.step, event.detail) for event in world.events.all if event.phase == "done" and event.detail]
    assert ends == [("drain", drain.detail)]


def test_nginx_that_has_gone_since_is_there_again_before_the_work_goes_on(world: World) -> None:
    world.deploy("1")
    world.killer.arm(before=8)
    with pytest.raises(Killed):
        world.deploy("2")
    world.killer.arm()
    world.proxy.down()
    assert "finished" in world.deploy("2").notes[0]
    assert (world.running(), world.image("server")) == (["server-blue"], "shop:2")


def hosts(world: World) -> list[tuple[str, ...]]:
    """The hosts that nginx was told of, each time."""
    return [tuple(route.host for service in told.services for route in service.routes) for told in world.proxy.told]


def test_what_failed_leaves_no_route_behind(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "routes": [{"host": "old.test"}]})
    world.deploy("1")
    world.project = project({"server": {**WEB, "routes": [{"host": "new.test"}]}})
    world.engine.faults.healthcheck["server-blue"] = "unhealthy"
    assert world.deploy("2").exit_status == 1
    assert hosts(world)[-2:] == [("new.test", "old.test"), ("old.test",)]


def test_errors_in_the_bake_switch_back(world: World) -> None:
    world.deploy("1")
    world.proxy.tallies = {("server", Color.BLUE): Tally(100, 50)}
    report = world.deploy("2", bake=60.0)
    assert (report.outcome, report.exit_status) == (Outcome.ROLLED_BACK, 4)
    assert (world.running(), world.image("server")) == (["server-green"], "shop:1")


def test_a_rollback_goes_back_one_release_at_a_time(world: World) -> None:
    for tag in ("1", "2", "3"):
        world.deploy(tag)
    assert world.rollback().outcome is Outcome.DEPLOYED
    assert world.image("server") == "shop:2"
    world.rollback()
    assert world.image("server") == "shop:1"
    with pytest.raises(ConfigError, match="no earlier release of server"):
        world.rollback()


def test_a_rollback_that_knows_no_way_says_what_to_type(world: World) -> None:
    first, _, third = [world.deploy(tag).services[0].new_release for tag in ("1", "2", "3")]
    for _ in range(2):
        world.rollback()
    with pytest.raises(ConfigError) as refused:
        world.rollback()
    assert first not in refused.value.hint
    assert refused.value.hint.splitlines()[0] == f"to shop:3: bluegreen rollback server --to {third}"
    world.rollback(to=third)
    assert world.image("server") == "shop:3"


def test_a_rollback_can_name_its_release(world: World) -> None:
    first = world.deploy("1").services[0].new_release
    world.deploy("2")
    world.deploy("3")
    world.rollback(to=first[-8:])
    assert world.image("server") == "shop:1"


def test_an_unknown_service_is_named_with_those_that_exist(world: World) -> None:
    with pytest.raises(ConfigError, match="there is no service sever"):
        world.deploy("1", "sever")


def test_a_foreign_container_with_a_canonical_name_is_found_before_anything_starts(world: World) -> None:
    world.engine.foreign("server")
    with pytest.raises(Exception, match="a container named server runs"):
        world.deploy("1")
    assert world.engine.find("server-green") is None


class TestSeveral:
    def test_one_rename_moves_them_all(self, tmp_path: Path) -> None:
        world = World(tmp_path, **SEVERAL)
        world.deploy("1")
        assert world.proxy.live == {"server": Color.GREEN, "store": Color.GREEN}
        assert world.events.steps().count("cutover") == 1

    def test_one_that_fails_keeps_all_back(self, tmp_path: Path) -> None:
        world = World(tmp_path, **SEVERAL)
        world.deploy("1")
        world.engine.faults.exits_on_start["store-blue"] = 1
        assert world.deploy("2").outcome is Outcome.FAILED
        assert world.running() == ["server-green", "store-green"]

    def test_only_the_named_one_moves(self, tmp_path: Path) -> None:
        world = World(tmp_path, **SEVERAL)
        world.deploy("1")
        world.deploy("2", "store")
        assert (world.image("server"), world.image("store")) == ("shop:1", "shop:2")


class TestWorkers:
    @pytest.mark.parametrize("strategy", ["overlap", "stop-first"])
    def test_a_worker_changes_and_leaves_no_second_copy(self, tmp_path: Path, strategy: str) -> None:
        worker = {**WORKER, "strategy": strategy}
        world = World(tmp_path, server=WEB, worker=worker)
        world.deploy("1")
        world.deploy("2")
        assert world.running() == ["server-blue", "worker-blue"]

    def test_a_stop_first_worker_comes_back_when_the_new_one_fails(self, tmp_path: Path) -> None:
        worker = {**WORKER, "strategy": "stop-first"}
        world = World(tmp_path, server=WEB, worker=worker)
        world.deploy("1")
        world.engine.faults.exits_on_start["worker-blue"] = 1
        assert world.deploy("2").outcome is Outcome.ROLLED_BACK
        assert world.running() == ["server-green", "worker-green"]
        assert (world.image("server"), world.proxy.live) == ("shop:1", {"server": Color.GREEN})


def test_the_audit_says_how_each_command_ended(tmp_path: Path) -> None:
    world = World(tmp_path, server=WEB, worker=WORKER)
    world.deploy("1")
    world.engine.faults.exits_on_start = {"server-blue": 1}
    world.deploy("2")
    world.engine.faults.exits_on_start = {"worker-blue": 1}
    world.deploy("2")
    assert [line.event for line in world.open().ledger.audits(-1)] == [
        "rolled back: worker: worker-blue exited with status 1 and was restarted",
        "begun",
        "failed: server: server-blue exited with status 1 and was restarted",
        "begun",
        "done",
        "begun",
    ]


class TestReleaseCommand:
    def test_it_runs_once_per_release(self, tmp_path: Path) -> None:
        world = World(tmp_path, **MIGRATING)
        world.deploy("1")
        world.deploy("1", force=True)
        assert [c.name for c in world.engine.changes if c.verb == "run"] == ["server-release-command"]

    def test_one_that_fails_ends_the_deployment(self, tmp_path: Path) -> None:
        world = World(tmp_path, **MIGRATING)
        world.engine.faults.command_status["server-release-command"] = 7
        world.engine.faults.command_output["server-release-command"] = ("cannot connect",)
        report = world.deploy("1")
        assert report.reason == "server: the release command ended with status 7"
        assert report.evidence == ("server | cannot connect",)
        assert world.running() == []

    def test_history_has_what_each_attempt_printed_with_its_deployment(self, tmp_path: Path) -> None:
        world = World(tmp_path, **MIGRATING)
        faults = world.engine.faults
        name = "server-release-command"
        faults.command_status[name], faults.command_output[name] = 7, ("cannot", "connect")
        world.deploy("1")
        faults.command_status[name], faults.command_output[name] = 0, ("migrated",)
        world.deploy("1")
        second, first = world.open().ledger.history(2)
        assert [(c.service, c.attempt, c.status, c.output) for c in first.release_commands] == [
            ("server", 1, 7, "cannot\nconnect")
        ]
        assert [(c.release, c.attempt, c.status, c.output) for c in second.release_commands] == [
            (second.moves[0].new, 2, 0, "migrated")
        ]

    def test_a_failure_that_only_shows_in_its_output_counts(self, tmp_path: Path) -> None:
        world = World(tmp_path, **MIGRATING)
        world.engine.faults.command_output["server-release-command"] = ("An error occurred",)
        assert world.deploy("1").reason == 'server: the release command printed "An error"'


def test_status_tells_what_serves_and_no_drift(world: World) -> None:
    world.deploy("1")
    told = status(world.open())
    assert [(s.service, s.state, s.color, s.image) for s in told.services] == [("server", "serving", "green", "shop:1")]
    assert told.drift == ()


def test_status_tells_of_a_switch_behind_our_back(world: World) -> None:
    world.deploy("1")
    world.proxy.live = {}
    assert world.open().ledger.last_moved("server")
    assert any("the last deployment made green live" in line for line in status(world.open()).drift)
