"""Interrupted at every side effect: undone before the cutover, sound after it; and twice, which is the end at once."""

import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bluegreen import files
from bluegreen.deploy import signals
from bluegreen.model.errors import Interrupted
from tests.faults.effects import Fault
from tests.faults.tally import tell
from tests.matrix.onward import ways
from tests.matrix.oracle import noted, serves, sound
from tests.matrix.scenarios import FIX, SCENARIOS, Scenario
from tests.matrix.site import Ran, Site

SPREAD = ("several services", "worker that stops first", "rollback, cold", "switch back in the bake")


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Signals end a command as they do where the program begins."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in signals.REQUESTS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def interrupted(site: Site, scenario: Scenario, number: signal.Signals, times: int = 1) -> Iterator[tuple[Fault, Ran]]:
    """Run the scenario's command, with the signal before its k-th effect, for every k that it comes to."""
    for k in range(1, len(scenario.effects(site).seen) + 1):
        fault = Fault(k, error=partial(os.kill, os.getpid(), number), name=number.name, times=times)
        ran = scenario.run(site, fault)
        if ran.effects.struck:
            serves(site, scenario)
            yield fault, ran


def left_sound(site: Site, scenario: Scenario) -> None:
    """What has not moved the traffic is undone or held, or was finished; a first proxy may be there that never ran."""
    with site.ledger() as ledger:
        left, held = ledger.unfinished(), ledger.held()
    if left:
        assert left.committed_at, "what has not moved the traffic is undone"
        workers = {name for name in scenario.services if name == "worker"}
        assert {p.container.service for p in site.engine.processes.values() if p.container.running} >= workers
    elif scenario.old and not held and not scenario.down:
        sound(site, scenario, scenario.old, scenario.new)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_first_signal_ends_it_soundly(name: str, folder: Path) -> None:
    scenario, points = SCENARIOS[name], 0
    site = scenario.site(folder)
    for fault, ran in interrupted(site, scenario, signal.SIGTERM):
        points += 1
        with noted(fault, ran.effects.seen[fault.at - 1], ran):
            assert ran.status in (Interrupted.exit_status, scenario.status), ran
            if scenario.command != FIX:
                left_sound(site, scenario)
            ways(scenario)[points % 2](site, scenario)
    tell(f"in memory, {name}: interrupted at {points} points")
    assert points > 10


@pytest.mark.parametrize("name", SPREAD)
def test_the_second_signal_ends_it_at_once(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "TWICE", 0.0)
    scenario, points = SCENARIOS[name], 0
    site = scenario.site(folder)
    for fault, ran in interrupted(site, scenario, signal.SIGINT, times=2):
        points += 1
        with noted(fault, ran):
            ways(scenario)[points % 2](site, scenario)
    tell(f"in memory, {name}: interrupted twice at {points} points")
    assert points > 10


@pytest.mark.parametrize("name", SPREAD)
def test_when_the_terminal_is_gone_it_ends_in_the_old_or_the_new_state(name: str, folder: Path) -> None:
    """Nobody will type the next command."""
    scenario, points = SCENARIOS[name], 0
    site = scenario.site(folder)
    for fault, ran in interrupted(site, scenario, signal.SIGHUP, times=2):
        points += 1
        # the second one may come while a write that the first one ended is undone; the next command sweeps
        files.sweep(site.state)
        with noted(fault, ran):
            sound(site, scenario, scenario.old, scenario.new)
    tell(f"in memory, {name}: hung up at {points} points")
    assert points > 10
