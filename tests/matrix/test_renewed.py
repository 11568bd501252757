"""A proxy that is made anew, killed or failing at every side effect: the old container serves, or the new one does."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bluegreen.deploy import signals
from bluegreen.model.errors import Interrupted
from tests.faults.effects import Effect, Fault
from tests.faults.tally import tell
from tests.matrix.errors import errors
from tests.matrix.onward import ways
from tests.matrix.oracle import noted, serves, sound
from tests.matrix.scenarios import WEB, Scenario, deaths
from tests.matrix.site import Site

REPLACE = ("proxy", "up", "--replace")


def another_port(site: Site) -> None:
    """services.yaml has the proxy publish another port since."""
    settings = site.project.proxy.model_copy(update={"http": 8080})
    site.project = site.project.model_copy(update={"proxy": settings})


SERVING = Scenario({"server": WEB}, command=REPLACE, last=another_port)
KILLED = replace(SERVING, down=True)
"""Nobody answers between the two containers."""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Signals end a command as they do where the program begins."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in signals.REQUESTS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def stops(effect: Effect) -> bool:
    """Whether it is the end of the container that serves."""
    return effect.part == "engine" and effect[1:] == ("stop", "shop-proxy")


def test_replaced_it_serves_and_nothing_is_left(folder: Path) -> None:
    site = SERVING.site(folder)
    before = site.engine.processes["shop-proxy"].container.id
    ran = SERVING.run(site)
    assert (ran.status, ran.text) == (0, f"nginx serves generation {site.nginx.generation}\n")
    assert site.engine.processes["shop-proxy"].container.id != before
    assert sound(site, SERVING, "shop:1") == "shop:1"


def test_killed_anywhere_the_next_command_has_one_proxy_serve(folder: Path) -> None:
    site, points = KILLED.site(folder), 0
    for fault, ran in deaths(site, KILLED):
        points += 1
        with noted(fault, ran.effects.seen[-1]):
            if not any(stops(effect) for effect in ran.effects.seen):
                serves(site, SERVING)
            ways(KILLED)[points % 2](site, KILLED)
    tell(f"in memory, a proxy that is replaced: killed at {points} points")
    assert points > 50


def test_whatever_fails_one_of_the_two_serves_and_it_is_told(folder: Path) -> None:
    site, points = SERVING.site(folder), 0
    for k, effect in enumerate(SERVING.effects(site).seen, 1):
        for fault in errors(site, effect, k):
            ran = SERVING.run(site, fault)
            points += 1
            with noted(fault, effect, ran):
                assert ran.status in (0, 1, 5), ran
                serves(site, SERVING)
                ways(SERVING)[points % 2](site, SERVING)
    tell(f"in memory, a proxy that is replaced: {points} errors")
    assert points > 50


@pytest.mark.usefixtures("interruptible")
def test_interrupted_anywhere_one_of_the_two_serves(folder: Path) -> None:
    site = SERVING.site(folder)
    for k in range(1, len(SERVING.effects(site).seen) + 1):
        fault = Fault(k, error=partial(os.kill, os.getpid(), signal.SIGTERM), name="SIGTERM")
        ran = SERVING.run(site, fault)
        with noted(fault, ran):
            assert ran.status in (Interrupted.exit_status, 0), ran
            serves(site, SERVING)
            ways(SERVING)[k % 2](site, SERVING)
