"""Containers that others started become the old color."""

from pathlib import Path

import pytest

from bluegreen.deploy.adopt import AdoptedService, adopt
from bluegreen.deploy.deploy import DeployOptions, dry_run
from bluegreen.deploy.status import status
from bluegreen.model.color import Color
from bluegreen.model.deployment import Outcome
from bluegreen.model.errors import ConfigError, DeploymentFailed, ProxyError
from bluegreen.model.ports import Network
from tests.deploy.world import WEB, WORKER, World
from tests.fakes.faults import Killed
from tests.fakes.project import Events

ADDRESS = "127.20.9.9"
INSIDE, GATEWAY = "127.20.1.1", "127.0.0.1"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluegreen.deploy.callers.LOOK", 0.01)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, server={**WEB, "drain_timeout": "300ms"}, worker=WORKER)
    by_hand(world, "server", ADDRESS)
    by_hand(world, "worker", "127.20.9.8")
    return world


def by_hand(world: World, name: str, address: str | None) -> None:
    world.engine.networks["shop-network"] = Network("shop-network", GATEWAY, subnets=("127.20.0.0/16",))
    world.engine.foreign(name, world.engine.local["shop:1"].run, address)


def adopted(world: World, *names: str) -> list[str]:
    services = [world.project.services[name] for name in names or world.project.services]
    return [each.container for each in adopt(world.opened(), services, 0.0, Events())]


def test_nginx_leads_to_the_very_containers_that_ran(world: World) -> None:
    before = {name: world.engine.processes[name].container.id for name in ("server", "worker")}
    done = adopt(world.opened(), tuple(world.project.services.values()), 0.0, Events())
    assert done == (
        AdoptedService("server", "server-blue", "shop:1"),
        AdoptedService("worker", "worker-blue", "shop:1"),
    )
    assert {c.service: c.id for c in world.engine.containers() if c.running} == before
    assert world.proxy.serving("server") == (f"{ADDRESS}:3000",)
    assert world.proxy.took_over_from == ("server",)
    told = status(world.open())
    assert [(s.service, s.state, s.image) for s in told.services] == [
        ("server", "serving", "shop:1"),
        ("worker", "serving", "shop:1"),
    ]
    assert told.drift == ()


def test_nginx_leads_to_them_before_their_names_are_taken(world: World) -> None:
    adopted(world)
    verbs = [(change.verb, change.name) for change in world.engine.changes]
    assert verbs == [("adopt", "server"), ("adopt", "worker"), ("rename", "server"), ("rename", "worker")]


def test_names_stay_with_containers_that_nginx_does_not_lead_to(world: World) -> None:
    world.proxy.refuses_configuration = "[emerg] no"
    with pytest.raises(ProxyError, match="emerg"):
        adopted(world)
    assert {"server", "worker"} <= world.engine.processes.keys()


def test_the_first_deployment_moves_off_them_and_keeps_them_aside(world: World) -> None:
    adopted(world)
    report = world.deploy("1")
    assert report.outcome is Outcome.DEPLOYED
    assert world.running() == ["server-green", "worker-green"]
    assert world.proxy.serving("server") == ("server-green:3000",)
    for service in ("server", "worker"):
        kept = world.engine.processes[f"{service}-before"].container
        assert (kept.running, kept.ours) == (False, False)
    assert world.engine.adopted == {}


def test_they_are_the_backup_while_the_new_release_is_watched(world: World) -> None:
    adopted(world)
    world.deploy("2")
    prepared = world.proxy.reloads[-2]["server"]
    assert prepared[Color.GREEN].servers == ("server-green:3000",)
    assert prepared[Color.GREEN].backup == (f"{ADDRESS}:3000",)
    assert prepared[Color.BLUE].servers == (f"{ADDRESS}:3000",)


def test_a_new_release_that_fails_leaves_them_serving(world: World) -> None:
    adopted(world)
    world.engine.faults.exits_on_start["server-green"] = 1
    assert world.deploy("2").outcome is Outcome.FAILED
    assert world.running() == ["server-blue", "worker-blue"]
    assert world.proxy.serving("server") == (f"{ADDRESS}:3000",)
    world.engine.faults.exits_on_start.clear()
    assert world.deploy("2").outcome is Outcome.DEPLOYED


def test_a_worker_that_had_to_stop_first_works_again_when_the_new_one_fails(tmp_path: Path) -> None:
    world = World(tmp_path, worker={**WORKER, "strategy": "stop-first"})
    by_hand(world, "worker", "127.20.9.8")
    adopted(world)
    world.engine.faults.exits_on_start["worker-green"] = 1
    world.engine.faults.healthcheck["worker-blue"] = "healthy"
    assert world.deploy("2").outcome is Outcome.ROLLED_BACK
    assert world.running() == ["worker-blue"]
    assert world.engine.processes["worker-blue"].container.adopted


def test_rollback_goes_back_to_what_they_ran(world: World) -> None:
    adopted(world)
    world.deploy("2")
    assert world.rollback().outcome is Outcome.DEPLOYED
    assert (world.image("server"), world.running()) == ("shop:1", ["server-blue", "worker-blue"])
    there = world.engine.find("server-blue")
    assert there
    release = world.open().release_of((there,))
    assert release
    assert release.service.environment == {"BY_HAND": "1"}


def test_adopting_again_is_nothing(world: World) -> None:
    adopted(world)
    changes = list(world.engine.changes)
    assert adopted(world) == []
    world.deploy("2")
    assert adopted(world) == []
    assert world.engine.changes[: len(changes)] == changes


def test_one_service_can_be_adopted_alone(world: World) -> None:
    assert adopted(world, "worker") == ["worker-blue"]
    assert not world.proxy.running
    assert adopted(world) == ["server-blue"]


def test_web_services_are_adopted_together(tmp_path: Path) -> None:
    world = World(tmp_path, server=WEB, store=WEB)
    for name in ("server", "store"):
        by_hand(world, name, ADDRESS)
    with pytest.raises(ConfigError, match="store must be adopted together with server"):
        adopted(world, "server")
    assert world.engine.changes == []
    assert adopted(world) == ["server-blue", "store-blue"]


@pytest.mark.parametrize(("taken", "why"), [("server", "that name must lead"), ("worker", "beside the new one")])
def test_deploy_refuses_what_is_not_adopted_and_plan_says_so(tmp_path: Path, taken: str, why: str) -> None:
    world = World(tmp_path, server=WEB, worker=WORKER)
    by_hand(world, taken, ADDRESS)
    (note,) = dry_run(world.open(), DeployOptions()).notes
    assert note.startswith("deploy would refuse this: ")
    with pytest.raises(DeploymentFailed, match=why) as refused:
        world.deploy("2")
    assert "bluegreen adopt" in refused.value.hint
    assert world.engine.changes == []


@pytest.mark.parametrize("taken", ["server-blue", "server-green", "server-before"])
def test_a_name_that_is_needed_and_taken_refuses(world: World, taken: str) -> None:
    world.engine.foreign(taken)
    with pytest.raises(DeploymentFailed, match=taken):
        adopted(world)
    assert world.engine.changes == []


def test_a_container_off_the_network_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    by_hand(world, "server", None)
    with pytest.raises(DeploymentFailed) as refused:
        adopted(world)
    assert refused.value.hint == "docker network connect shop-network server"


def test_a_name_that_is_taken_beside_a_deployment_is_refused(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.deploy("1")
    by_hand(world, "server", ADDRESS)
    with pytest.raises(DeploymentFailed, match="deployed already"):
        adopted(world)


def test_callers_from_outside_hold_the_deployment_up(world: World) -> None:
    adopted(world)
    world.engine.calling["server-blue"] = {INSIDE: 2, GATEWAY: 1}
    with pytest.raises(DeploymentFailed, match=f"past nginx, from {GATEWAY}:"):
        world.deploy("2")
    assert world.running() == ["server-blue", "worker-blue"]
    report = world.deploy("2", force=True)
    assert any(f"from {GATEWAY}" in note for note in report.notes)


def test_who_keeps_connections_from_before_is_named(world: World) -> None:
    adopted(world)
    world.engine.calling["server-blue"] = {INSIDE: 2, "127.20.9.8": 1}
    report = world.deploy("2", bake=0.0)
    assert [note.split(" keeps")[0] for note in report.notes if "connections" in note] == [INSIDE]


def test_callers_from_inside_are_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    adopted(world)
    waits = [{INSIDE: 2}] * 5
    plain = world.engine.callers

    def callers(name: str, port: int) -> object:
        return waits.pop() if waits and world.proxy.live.get("server") is Color.GREEN else plain(name, port)

    monkeypatch.setattr(world.engine, "callers", callers)
    assert world.deploy("2").outcome is Outcome.DEPLOYED
    assert waits == []
    assert "2 connections" in {event.detail for event in world.events.all}


def test_killed_anywhere_adopting_again_goes_on(tmp_path: Path) -> None:
    points = 0
    for k in range(1, 200):
        for when in ("before", "after"):
            folder = tmp_path / f"{k}{when}"
            folder.mkdir()
            world = World(folder, server=WEB, worker=WORKER)
            by_hand(world, "server", ADDRESS)
            by_hand(world, "worker", "127.20.9.8")
            world.killer.arm(**{when: k})
            try:
                adopted(world)
            except Killed:
                points += 1
            else:
                assert points >= 20
                return
            assert {c.container.id for c in world.engine.processes.values() if c.container.running}
            world.killer.arm()
            adopted(world)
            assert world.proxy.serving("server") == (f"{ADDRESS}:3000",), (k, when)
            assert world.running() == ["server-blue", "worker-blue"]
            assert status(world.open()).drift == ()
            assert world.deploy("2").outcome is Outcome.DEPLOYED
            assert world.running() == ["server-green", "worker-green"]
            assert sorted(n for n in world.engine.processes if "before" in n) == ["server-before", "worker-before"]


def test_killed_in_the_first_deployment_the_next_one_finishes(tmp_path: Path) -> None:
    points = 0
    for k in range(1, 200):
        folder = tmp_path / str(k)
        folder.mkdir()
        world = World(folder, server=WEB, worker=WORKER)
        by_hand(world, "server", ADDRESS)
        by_hand(world, "worker", "127.20.9.8")
        adopted(world)
        world.killer.arm(after=k)
        try:
            world.deploy("2")
        except Killed:
            points += 1
        else:
            assert points > 30
            return
        world.killer.arm()
        report = world.deploy("2")
        assert report.exit_status == 0
        assert world.running() == ["server-green", "worker-green"], k
        assert sorted(n for n in world.engine.processes if "before" in n) == ["server-before", "worker-before"]
        assert world.engine.adopted == {}
