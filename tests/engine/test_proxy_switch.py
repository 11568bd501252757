"""The switch and what comes after it: nothing is lost, and the old color goes when nothing can reach it any more."""

import os
import signal
import time

import pytest

from benchmarks.load import Fresh, KeepAlive, Plan, Preconnected, Stream, Upload, WebSocket, running, table
from benchmarks.load.plan import ORDER
from bluegreen.model.ports import Tally
from bluegreen.model.routing import Proxied
from tests.engine.stage import BLUE, GREEN, Stage, moving, route, settled
from tests.waiting import wait_until

EVERYTHING = (
    KeepAlive(count=12, rate=200),
    KeepAlive(count=4, rate=60, method="POST", path="/orders", body=ORDER),
    KeepAlive(count=4, rate=2, name="mostly idle"),
    Fresh(count=4, rate=60),
    Fresh(count=2, rate=20, method="POST", path="/orders", body=ORDER),
    KeepAlive(count=4, path="/slow?ms=300", name="300 ms"),
    Preconnected(count=2),
    Upload(count=2),
)
FLIPS = 200
CUTOVERS = 6
ADDRESSES_CHANGED = 1
"""A request that was trying a dead container when its name lost that address is not passed on."""


def kill_hard(stage: Stage, color: str) -> None:
    """Kill the process, as nobody would who cares for a request; then remove the container."""
    name = f"{stage.name()}-{color}"
    os.kill(stage.engine.inspect(name).pid, signal.SIGKILL)
    stage.engine.remove(name)


def test_a_drained_color_can_be_killed_and_no_request_is_lost(serving: Stage) -> None:
    old = BLUE
    with running(serving.target, Plan(EVERYTHING, seconds=240)) as load:
        for number in range(CUTOVERS):
            serving.start(old.other, RELEASE=f"v{number}")
            serving.prepare(moving(old))
            load.mark("switch")
            serving.switch(old.other)
            wait_until(lambda old=old: serving.drained(old), f"{old} is drained", 60)  # type: ignore[misc]
            serving.prepare(settled(old.other))
            kill_hard(serving, old)
            load.wait_for_release(f"v{number}")
            old = old.other
    assert load.report.counts().lost == 0, table(load.report)
    assert load.report.counts().sent > 2000
    assert "could not be resolved" not in after_last_reload(serving)


def after_last_reload(stage: Stage) -> str:
    """What the newest workers have said: older ones may still have looked for a color that has gone since."""
    log = stage.proxy_log()
    newest = log.rpartition("start worker process ")[2].split()[0]
    return "\n".join(line for line in log.splitlines() if f" {newest}#" in line or f" {int(newest) - 1}#" in line)


def test_two_hundred_flips_under_load_lose_nothing(serving: Stage) -> None:
    serving.start(GREEN)
    serving.prepare({BLUE: (BLUE,), GREEN: (GREEN,)})
    groups = (*EVERYTHING, Stream(count=2), WebSocket(count=2))
    wrong = 0
    with running(serving.target, Plan(groups, seconds=240)) as load:
        load.wait_for_answers(100)
        for number in range(FLIPS):
            color = GREEN if number % 2 == 0 else BLUE
            serving.switch(color)
            wrong += serving.release() != color
            load.wait_for_answers(20)
    assert load.report.counts().lost == 0, table(load.report)
    assert wrong == 0


def test_several_services_move_by_one_rename(stage: Stage) -> None:
    for color in (BLUE, GREEN):
        stage.start(color, "web", RELEASE=f"web-{color}")
        stage.start(color, "api", RELEASE=f"api-{color}")
    slots = {BLUE: (BLUE,), GREEN: (GREEN, BLUE)}
    stage.up(stage.proxied(slots), stage.proxied(slots, route(path="/api"), service="api"))
    assert [stage.ask(path).headers["x-release"] for path in ("/", "/api")] == ["web-blue", "api-blue"]
    stage.proxy.switch({stage.name("web"): GREEN, stage.name("api"): GREEN})
    assert [stage.ask(path).headers["x-release"] for path in ("/", "/api")] == ["web-green", "api-green"]
    assert stage.proxy.view().live == {stage.name("web"): GREEN, stage.name("api"): GREEN}


def test_internal_traffic_moves_with_the_same_rename(serving: Stage) -> None:
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    assert serving.ask_inside(serving.name(), 3000, serving.name()) == "200 blue"
    serving.switch(GREEN)
    assert serving.ask_inside(serving.name(), 3000, serving.name()) == "200 green"


def test_while_a_connection_lives_in_an_old_worker_the_color_is_not_drained(serving: Stage) -> None:
    """Seen by another command as well: who was there before is written down."""
    serving.start(GREEN)
    with running(serving.target, Plan((WebSocket(count=1),), seconds=60)) as load:
        wait_until(lambda: not serving.drained(BLUE), "the WebSocket is open")
        serving.prepare(moving(BLUE))
        serving.switch(GREEN)
        address = serving.engine.find(f"{serving.name()}-blue")
        assert address
        assert address.address
        flows = serving.another_command().flows((address.address,))
        assert (flows.old_workers, flows.connections) == (1, {address.address: 1})
    assert load.report.counts().lost == 0
    wait_until(lambda: serving.drained(BLUE), "the WebSocket has gone, and its worker with it")


def test_a_connection_in_a_worker_that_stays_counts_as_well(serving: Stage) -> None:
    serving.start(GREEN)
    serving.prepare({BLUE: (BLUE,), GREEN: (GREEN,)})
    with running(serving.target, Plan((WebSocket(count=3),), seconds=60)) as load:
        wait_until(lambda: connections_to(serving, BLUE) == 3, "the WebSockets are open")
        serving.switch(GREEN)
        assert connections_to(serving, BLUE) == 3
    assert load.report.counts().lost == 0
    wait_until(lambda: connections_to(serving, BLUE) == 0, "they have gone")


def connections_to(stage: Stage, color: str) -> int:
    found = stage.engine.find(f"{stage.name()}-{color}")
    assert found
    assert found.address
    return stage.proxy.flows((found.address,)).connections[found.address]


def test_a_proxy_that_does_not_run_holds_nothing_up(stage: Stage) -> None:
    flows = stage.proxy.flows(("172.18.0.99",))
    assert (flows.old_workers, flows.connections) == (0, {"172.18.0.99": 0})


def test_the_old_color_steps_in_when_the_new_one_dies(serving: Stage) -> None:
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    serving.switch(GREEN)
    plan = Plan((KeepAlive(count=4, rate=200), Fresh(count=4, rate=100)), seconds=60)
    with running(serving.target, plan) as load:
        load.wait_for_answers(100)
        kill_hard(serving, GREEN)
        load.wait_for_answers(1000, within=20)
    assert load.report.counts().lost <= ADDRESSES_CHANGED, table(load.report)


def test_a_settled_generation_names_no_color_that_has_gone(serving: Stage) -> None:
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    serving.switch(GREEN)
    wait_until(lambda: serving.drained(BLUE), "blue is drained", 30)
    serving.prepare(settled(GREEN))
    serving.kill(BLUE)
    text = (serving.state / "nginx/current/nginx.conf").read_text()
    assert f"{serving.name()}-blue:" not in text
    serving.switch(BLUE)
    assert serving.release() == "green"


def test_a_color_whose_address_another_container_took_is_found_again(serving: Stage) -> None:
    """No reload: nginx looks names up again."""
    before = serving.engine.find(f"{serving.name()}-blue")
    serving.kill(BLUE)
    usurper = serving.start(GREEN)
    assert before
    assert usurper.address == before.address
    serving.start(BLUE)
    wait_until(lambda: serving.release() == "blue", "nginx knows the new address", 6)
    assert {serving.release() for _ in range(20)} == {"blue"}
    assert serving.proxy.view().generation == 1


def test_a_slot_is_not_ready_while_nginx_knows_it_by_an_address_of_the_past(serving: Stage) -> None:
    """A run was killed after its reload; the next one makes the color anew, and the text is the same."""
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    serving.kill(GREEN)
    serving.start(BLUE, "usurper")
    serving.start(GREEN, RELEASE="again")
    assert serving.prepare(moving(BLUE)) == 2
    serving.switch(GREEN)
    assert {serving.release() for _ in range(20)} == {"again"}


def test_a_color_that_does_not_run_is_not_waited_for(serving: Stage) -> None:
    serving.start(GREEN)
    serving.kill(GREEN)
    started = time.monotonic()
    serving.prepare(moving(BLUE))
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("version", ["1.22", "1.30"])
def test_replicas_share_the_load_and_one_may_die(stage: Stage, version: str) -> None:
    stage.image = f"nginx:{version}"
    stage.proxy = stage.another_command()
    for number in (1, 2, 3):
        stage.start(BLUE, number=number, RELEASE=f"blue-{number}")
    stage.up(stage.proxied(settled(BLUE)))
    plan = Plan((KeepAlive(count=8, rate=200), Fresh(count=4, rate=50)), seconds=60)
    with running(stage.target, plan) as load:
        load.wait_for_answers(300)
        assert set(load.progress().releases) == {"blue-1", "blue-2", "blue-3"}
        kill_hard(stage, "blue-2")
        load.wait_for_answers(1000, within=20)
    assert load.report.counts().lost <= ADDRESSES_CHANGED, table(load.report)


def test_an_old_nginx_switches_as_well(stage: Stage) -> None:
    stage.image = "nginx:1.22"
    stage.proxy = stage.another_command()
    stage.start(BLUE)
    stage.up(stage.proxied(settled(BLUE)))
    stage.start(GREEN)
    plan = Plan((Fresh(count=4, rate=100), Upload(count=2)), seconds=60)
    with running(stage.target, plan) as load:
        stage.prepare(moving(BLUE))
        stage.switch(GREEN)
        wait_until(lambda: stage.drained(BLUE), "blue is drained", 30)
        stage.prepare(settled(GREEN))
        kill_hard(stage, BLUE)
        load.wait_for_release("green")
    assert load.report.counts().lost == 0, table(load.report)


def test_answers_are_counted_by_service_and_color(serving: Stage) -> None:
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    serving.ask()
    serving.switch(GREEN)
    since = time.time()
    serving.proxy.tally(since)
    for path in ("/", "/", "/nothing", "/fail"):
        serving.ask(path)
    serving.ask("/.bluegreen/health")
    green = serving.name(), GREEN
    wait_until(lambda: serving.proxy.tally(since).get(green, Tally()).requests == 4, "four answers are counted")
    assert serving.proxy.tally(since)[green] == Tally(4, 1)


def test_an_answer_by_the_backup_counts_against_the_color_that_failed(serving: Stage) -> None:
    serving.start(GREEN)
    serving.prepare(moving(BLUE))
    serving.switch(GREEN)
    since = time.time()
    os.kill(serving.engine.inspect(f"{serving.name()}-green").pid, signal.SIGSTOP)
    serving.client.kill(f"{serving.name()}-green")
    assert serving.release() == "blue"
    green = serving.name(), GREEN
    wait_until(lambda: serving.proxy.tally(since).get(green, Tally()).failed, "it is counted")


def test_a_hundred_services_are_one_reload(stage: Stage) -> None:
    stage.start(BLUE)
    slot = stage.proxied(settled(BLUE)).slots
    stage.up(*(Proxied(f"{stage.name()}-{n}", 3000 + n, (route(f"h{n}.test"),), slot) for n in range(100)))
    assert stage.ask("/", "h99.test").status == 200
    assert len(stage.proxy.view().live) == 100
