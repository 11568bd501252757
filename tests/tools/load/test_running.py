import asyncio
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.load import KeepAlive, Plan, Target, running
from tests.tools.load.misbehaving import OK, Behaviour, Client, each, every_third, serving

PLAN = Plan((KeepAlive(count=2, rate=200),), seconds=30.0)


@contextmanager
def served(behave: Behaviour) -> Iterator[Target]:
    """A server beside the test, in a thread."""
    ready, done = threading.Event(), threading.Event()
    targets: list[Target] = []

    async def serve() -> None:
        async with serving(behave) as target:
            targets.append(target)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait()
    try:
        yield targets[0]
    finally:
        done.set()
        thread.join()


def changing(client: Client) -> None:
    client.say(OK if client.number < 50 else OK.replace(b"v1", b"v2"))


def test_a_load_runs_beside_the_block_and_ends_with_it() -> None:
    with served(each(changing)) as target, running(target, PLAN) as load:
        load.wait_for_answers(10)
        load.mark("half")
        load.wait_for_release("v2")
    report = load.report
    assert [span.release for span in report.spans()] == ["v1", "v2"]
    assert report.counts().sent == report.counts().answered >= 50
    assert 0 < report.at("half") < report.spans()[1].first


def test_what_does_not_come_in_time_is_told() -> None:
    message = r"waited 0\.1 s for an answer from v9; seen so far: Progress\(at="
    with (
        served(each(changing)) as target,
        running(target, PLAN) as load,
        pytest.raises(TimeoutError, match=message),
    ):
        load.wait_for_release("v9", within=0.1)


def test_a_load_ends_by_its_own_bounds_too() -> None:
    plan = Plan(PLAN.groups, requests=9)
    with served(every_third(lambda client: client.reset())) as target, running(target, plan) as load:
        counts = load.finished().counts()
    assert (counts.sent, counts.answered, counts.closed) == (9, 6, 3)


def test_on_the_command_line_a_signal_ends_it_with_its_report() -> None:
    with served(every_third(lambda client: client.reset())) as target:
        command = [sys.executable, "-m", "benchmarks.load", "--url", target.url, "--json"]
        command += ["--plan", json.dumps(PLAN.to_json())]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            first = next(process.stdout)
            while json.loads(next(process.stdout))["progress"]["lost"] == 0:
                pass
            process.send_signal(signal.SIGINT)
            last = process.stdout.readlines()[-1]
    assert "progress" in json.loads(first)
    assert json.loads(last)["report"]["side"].keys() == {"keep-alive GET"}
    assert process.returncode == 1
