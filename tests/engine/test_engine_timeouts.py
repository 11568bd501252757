"""What happens when the engine answers late, or never."""

import gc
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from bluegreen.engine.client import connect
from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.container import Happening, Heard, State
from bluegreen.model.errors import EngineError
from tests.engine.containers import spec
from tests.engine.slow_engine import SlowEngine, slow_engine
from tests.waiting import wait_until

LATE = 2.0
"""Longer than the client's patience of a second."""


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowEngine]:
    with slow_engine(tmp_path) as made:
        monkeypatch.setenv("DOCKER_HOST", made.host)
        yield made


@pytest.fixture
def mine(slow: SlowEngine, engine: docker.APIClient, project: str) -> Iterator[DockerEngine]:
    del slow
    DockerMachine(engine, project).create_network(project)
    client = connect(timeout=1)
    yield DockerEngine(client, project, project)
    client.close()


Does = Callable[[DockerEngine, str], object]


@pytest.mark.parametrize(
    ("request_line", "does"),
    [
        ("POST /v1.41/containers/create", lambda mine, project: mine.start(spec(project))),
        ("/start", lambda mine, project: mine.start(spec(project))),
    ],
)
def test_a_start_whose_answer_comes_too_late_has_happened(
    mine: DockerEngine, slow: SlowEngine, project: str, request_line: str, does: Does
) -> None:
    slow.late[request_line] = LATE
    begun = time.monotonic()
    does(mine, project)
    assert 1 <= time.monotonic() - begun < LATE + 5
    assert [container.state for container in mine.containers()] == [State.RUNNING]


def test_a_stop_may_take_the_whole_grace_period_and_more(mine: DockerEngine, slow: SlowEngine, project: str) -> None:
    name = mine.start(spec(project)).name
    slow.late["/stop"] = LATE + 1
    mine.stop(name, 1)
    assert mine.inspect(name).state is State.EXITED


def test_a_removal_whose_answer_comes_too_late_has_happened(mine: DockerEngine, slow: SlowEngine, project: str) -> None:
    name = mine.start(spec(project)).name
    slow.late["DELETE"] = LATE
    mine.remove(name)
    assert mine.find(name) is None


@pytest.mark.parametrize("request_line", ["/start", "/stop", "DELETE"])
def test_what_did_not_happen_is_told(mine: DockerEngine, slow: SlowEngine, project: str, request_line: str) -> None:
    wanted = spec(project)
    if request_line != "/start":
        mine.start(wanted)
    slow.lost.add(request_line)
    calls: dict[str, Callable[[], object]] = {
        "/start": lambda: mine.start(wanted),
        "/stop": lambda: mine.stop(wanted.name, 0),
        "DELETE": lambda: mine.remove(wanted.name),
    }
    with pytest.raises(EngineError, match="the Docker engine did not answer in time"):
        calls[request_line]()


def test_a_container_that_never_appears_is_given_up(
    mine: DockerEngine, slow: SlowEngine, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bluegreen.engine.docker._DEADLINE", 0.5)
    slow.lost.add("/containers/create")
    with pytest.raises(EngineError, match=r"create container .*: the Docker engine did not answer in time"):
        mine.start(spec(project))


def test_what_happens_while_the_connection_is_broken_is_heard_afterwards(
    mine: DockerEngine, slow: SlowEngine, engine: docker.APIClient, project: str
) -> None:
    heard: list[Heard] = []
    subscription = mine.listen(heard.append)
    slow.drop()
    name = DockerEngine(engine, project, project).start(spec(project)).name
    wait_until(lambda: Heard(name, Happening.STARTED) in heard, "the start is heard")
    subscription.close()


def test_an_engine_that_went_away_is_told_with_what_to_check(
    mine: DockerEngine, slow: SlowEngine, tmp_path: Path
) -> None:
    del slow
    mine.containers()
    (tmp_path / "docker.sock").unlink()
    mine._client.close()
    with warnings.catch_warnings():
        # the SDK leaves the socket of a failed connection to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        message, hint = failure(mine.containers)
        gc.collect()
    assert message == "list containers: the Docker engine is gone: No such file or directory"
    assert "systemctl status docker" in hint


def failure(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(EngineError) as caught:
        call()
    return caught.value.message, caught.value.hint
