"""Containers on a real engine."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker
import pytest

from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.color import Color
from bluegreen.model.container import Happening, Heard, Label, Role, State
from bluegreen.model.errors import EngineError
from tests.engine.containers import IDLE, IMAGE, spec
from tests.waiting import wait_until


@pytest.fixture
def mine(engine: docker.APIClient, project: str) -> DockerEngine:
    """The engine of a project that has its network."""
    DockerMachine(engine, project).create_network(project)
    return DockerEngine(engine, project, project)


def test_a_started_container_is_listed_with_everything_that_its_labels_say(mine: DockerEngine, project: str) -> None:
    started = mine.start(spec(project, release="R1"))
    assert mine.containers() == (started,)
    assert (started.name, started.role, started.state) == (f"{project}-web-blue", Role.APP, State.RUNNING)
    assert (started.service, started.color, started.release) == ("web", Color.BLUE, "R1")
    assert started.image == IMAGE
    assert started.address
    assert mine.find(started.name) == started


def test_starting_twice_is_starting_once(mine: DockerEngine, project: str) -> None:
    first = mine.start(spec(project))
    assert mine.start(spec(project, "another", "command")) == first


def test_what_was_only_created_is_started(mine: DockerEngine, project: str) -> None:
    wanted = spec(project)
    mine._create(wanted)
    assert mine.containers()[0].state is State.CREATED
    assert mine.start(wanted).running


def test_a_container_of_another_release_is_not_touched(mine: DockerEngine, project: str) -> None:
    mine.start(spec(project, release="R1"))
    with pytest.raises(EngineError, match=r"is taken by release R1 .*running") as caught:
        mine.start(spec(project, release="R2"))
    assert "finishes or undoes" in caught.value.hint
    assert mine.containers()[0].release == "R1"


def test_a_foreign_container_is_named_and_neither_used_nor_stopped_nor_removed(
    mine: DockerEngine, engine: docker.APIClient, project: str
) -> None:
    name = f"{project}-web-blue"
    foreign = engine.create_container(IMAGE, list(IDLE), name=name)["Id"]
    try:
        with pytest.raises(EngineError, match=f"{name} is taken by a container that is not this project's") as caught:
            mine.start(spec(project))
        assert f"docker rename {name}" in caught.value.hint
        for touch in (mine.remove, lambda name: mine.stop(name, 1)):
            with pytest.raises(EngineError, match=f"refuse to touch {name}"):
                touch(name)
        assert mine.containers() == ()
        found = mine.find(name)
        assert found
        assert not found.ours
    finally:
        engine.remove_container(foreign, force=True)


def test_the_beginning_of_an_id_is_no_name(mine: DockerEngine, project: str) -> None:
    identity = mine.start(spec(project)).id
    assert mine.find(identity[:12]) is None
    mine.remove(identity[:12])
    assert len(mine.containers()) == 1


def test_stop_start_and_remove(mine: DockerEngine, project: str) -> None:
    name = mine.start(spec(project)).name
    mine.stop(name, 5)
    assert mine.inspect(name).state is State.EXITED
    mine.stop(name, 5)
    mine.start(spec(project))
    assert mine.inspect(name).state is State.RUNNING
    mine.remove(name)
    assert mine.find(name) is None


def test_what_is_gone_needs_no_stopping_and_no_removal(mine: DockerEngine, project: str) -> None:
    mine.stop(f"{project}-nothing", 1)
    mine.remove(f"{project}-nothing")
    for ask in (mine.inspect, lambda name: list(mine.logs(name)), lambda name: mine.signal(name, "HUP")):
        with pytest.raises(EngineError, match=f"{project}-nothing"):
            ask(f"{project}-nothing")


def test_the_grace_period_is_waited_for_and_no_longer(mine: DockerEngine, project: str) -> None:
    deaf = ("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
    name = mine.start(spec(project, *deaf)).name
    wait_until(lambda: list(mine.logs(name)) == ["ready"], "it is deaf")
    begun = time.monotonic()
    mine.stop(name, 1)
    assert 0.9 < time.monotonic() - begun < 5
    assert mine.inspect(name).exit_code == 137


def test_a_removal_takes_anonymous_volumes_along_and_leaves_named_ones(
    mine: DockerEngine, engine: docker.APIClient, project: str
) -> None:
    named = engine.create_volume(f"{project}-data", labels={Label.PROJECT: project})["Name"]
    name = mine.start(spec(project, volumes=["/scratch", f"{named}:/data"])).name
    mounts = {mount["Destination"]: mount["Name"] for mount in engine.inspect_container(name)["Mounts"]}
    mine.remove(name)
    left = {volume["Name"] for volume in engine.volumes()["Volumes"]}
    assert mounts["/scratch"] not in left
    assert named in left


def test_more_networks_are_joined_before_the_start(mine: DockerEngine, engine: docker.APIClient, project: str) -> None:
    other = DockerMachine(engine, project).create_network(f"{project}-other").name
    name = mine.start(spec(project, networks=[other])).name
    networks = engine.inspect_container(name)["NetworkSettings"]["Networks"]
    assert set(networks) == {project, other}
    assert mine.containers()[0].address == networks[project]["IPAddress"]


def test_options_arrive_in_the_container(mine: DockerEngine, project: str) -> None:
    options: dict[str, Any] = {
        "environment": {"GREETING": "hello 'world' $HOME"},
        "user": "65534:65534",
        "working_dir": "/tmp",
        "tmpfs": ["/scratch:size=1m"],
        "extra_hosts": {"mail": "10.9.8.7"},
        "read_only": True,
        "mem_limit": "64m",
        "ulimits": {"nofile": {"soft": 77, "hard": 88}},
        "group_add": ["4242"],
        "sysctls": {"net.core.somaxconn": "777"},
        "pids_limit": 99,
    }
    report = (
        'echo "$GREETING"; id -u; pwd; ulimit -n; ulimit -Hn;'
        'while read -r address host; do [ "$host" = mail ] && echo "$address"; done < /etc/hosts;'
        "touch /etc/x 2>/dev/null || echo read-only; touch /scratch/x || echo full;"
        "id -G; cat /proc/sys/net/core/somaxconn;"
        "cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max 2>/dev/null"
    )
    name = mine.start(spec(project, "sh", "-c", report, restart="no", **options)).name
    wait_until(lambda: not mine.containers()[0].running, "it reported")
    expected = ["hello 'world' $HOME", "65534", "/tmp", "77", "88", "10.9.8.7", "read-only", "65534 4242", "777", "99"]
    assert list(mine.logs(name)) == expected


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"image": "bluegreen-none:1"}, "No such image: bluegreen-none:1"),
        ({"mem_limit": "1m"}, "Minimum memory limit allowed is 6MB"),
        ({"command": ["no-such-program"]}, "executable file not found"),
    ],
)
def test_a_refusal_is_told_in_the_engines_own_words(
    mine: DockerEngine, project: str, wrong: dict[str, Any], words: str
) -> None:
    with pytest.raises(EngineError, match=words):
        mine.start(spec(project, **wrong))


def test_why_it_ended_is_known(mine: DockerEngine, project: str) -> None:
    exits = mine.start(spec(project, "sh", "-c", "exit 3", name="exits", restart="no")).name
    loops = mine.start(spec(project, "sh", "-c", "exit 4", name="loops")).name
    hungry = "x = []\nwhile True: x.append(bytearray(10**7))"
    eats = mine.start(spec(project, "python3", "-c", hungry, name="eats", mem_limit="32m", restart="no")).name
    wait_until(lambda: mine.inspect(exits).died() == "exited with status 3", "the end")
    wait_until(
        lambda: mine.inspect(loops).died() in ("exited with status 4 and was restarted", "was restarted"), "a loop"
    )
    wait_until(lambda: "out of memory" in (mine.inspect(eats).died() or ""), "the kernel")


def test_a_stopped_container_starts_again_with_a_clean_record(mine: DockerEngine, project: str) -> None:
    name = mine.start(spec(project, "sh", "-c", "sleep 0.1; exit 1")).name
    wait_until(lambda: mine.inspect(name).restarts > 0, "a restart")
    mine.stop(name, 1)
    mine.start(spec(project))
    assert mine.inspect(name).restarts == 0


def test_signals_arrive(mine: DockerEngine, project: str) -> None:
    name = mine.start(
        spec(project, "sh", "-c", "trap 'echo reloaded' HUP; echo ready; while :; do sleep 0.05; done")
    ).name
    wait_until(lambda: "ready" in mine.logs(name), "it is ready")
    mine.signal(name, "HUP")
    wait_until(lambda: "reloaded" in mine.logs(name), "the signal")


def test_many_threads_may_start_and_remove_at_once(mine: DockerEngine, project: str) -> None:
    specs = [spec(project, name=f"web-{number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        started = list(pool.map(mine.start, specs))
        assert len({container.address for container in started}) == 6
        list(pool.map(mine.remove, [container.name for container in started]))
    assert mine.containers() == ()


def test_two_runs_that_start_the_same_container_get_the_same_one(mine: DockerEngine, project: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        started = list(pool.map(mine.start, [spec(project)] * 4))
    assert len({container.id for container in started}) == 1


class Ears(list[Heard]):
    """What was heard."""


@pytest.fixture
def ears(mine: DockerEngine) -> Iterator[Ears]:
    listening = Ears()
    subscription = mine.listen(listening.append)
    yield listening
    subscription.close()


def test_what_happens_is_heard_at_once(mine: DockerEngine, ears: Ears, project: str) -> None:
    name = mine.start(spec(project)).name
    wait_until(lambda: ears == [Heard(name, Happening.STARTED)], "the start is heard")
    begun = time.monotonic()
    mine.signal(name, "KILL")
    wait_until(lambda: Heard(name, Happening.DIED, 137) in ears, "the death is heard")
    assert time.monotonic() - begun < 2


def test_out_of_memory_is_heard(mine: DockerEngine, ears: Ears, project: str) -> None:
    hungry = "x = []\nwhile True: x.append(bytearray(10**7))"
    name = mine.start(spec(project, "python3", "-c", hungry, mem_limit="32m", restart="no")).name
    wait_until(lambda: Heard(name, Happening.OUT_OF_MEMORY) in ears, "the kernel is heard")


def test_other_projects_are_not_heard(mine: DockerEngine, ears: Ears, engine: docker.APIClient, project: str) -> None:
    stranger = engine.create_container(IMAGE, ["true"], name=f"{project}-stranger")["Id"]
    engine.start(stranger)
    engine.wait(stranger)
    engine.remove_container(stranger)
    name = mine.start(spec(project)).name
    wait_until(lambda: ears, "our own start is heard")
    assert {heard.name for heard in ears} == {name}


def test_a_closed_subscription_hears_nothing_more(mine: DockerEngine, project: str) -> None:
    listening = Ears()
    subscription = mine.listen(listening.append)
    begun = time.monotonic()
    subscription.close()
    assert time.monotonic() - begun < 3
    mine.start(spec(project))
    assert listening == []
