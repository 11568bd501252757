"""Logs that are bounded, and read while the engine turns them over."""

import time
from dataclasses import replace

import docker
import pytest

from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.color import Color
from bluegreen.model.ports import Tally
from bluegreen.model.service import Logging
from bluegreen.proxy.tally import Counting
from tests.engine.containers import spec
from tests.waiting import wait_until

LINES = 4000
_FORMAT = '{"service":"web","color":"green","generation":1,"status":200,"upstream_status":"200","number":%06d}'
_PRINT = f"""
import time
for number in range({LINES}):
    print({_FORMAT!r} % number, flush=True)
    time.sleep(0.0005)
time.sleep(60)
"""
TURNED_OVER = Logging(driver="json-file", options={"max-size": "60k", "max-file": "3"})


@pytest.fixture
def mine(engine: docker.APIClient, project: str) -> DockerEngine:
    """The engine of a project that has its network."""
    DockerMachine(engine, project).create_network(project)
    return DockerEngine(engine, project, project)


def test_output_that_nobody_bounded_is_bounded(mine: DockerEngine, engine: docker.APIClient, project: str) -> None:
    started = mine.start(spec(project))
    config = engine.inspect_container(started.id)["HostConfig"]["LogConfig"]
    assert config == {"Type": "json-file", "Config": {"max-size": "50m", "max-file": "3"}}


def test_answers_are_counted_while_the_log_is_turned_over(mine: DockerEngine, project: str) -> None:
    """The log is turned over about ten times meanwhile; a log of 50 MB is so once in more than 100,000 requests.

    A busy engine skips or repeats a few lines then: what is counted are shares.
    """
    wanted = spec(project, "python3", "-c", _PRINT)
    options = wanted.options.model_copy(update={"logging": TURNED_OVER, "stop_grace_period": 0.0})
    started = mine.start(replace(wanted, options=options))
    counting = Counting(lambda since: mine.logs(started.name, since=since, follow=True), time.time() - 60, 1)
    key = ("web", Color.GREEN)
    wait_until(
        lambda: counting.tallies().get(key, Tally()).requests >= LINES * 0.99, "nearly all are counted", seconds=60
    )
    counting.stop()
    assert counting.tallies()[key].requests <= LINES * 1.01
    kept = len(list(mine.logs(started.name)))
    assert kept < LINES, "the log was never turned over"
