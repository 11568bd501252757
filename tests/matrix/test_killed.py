"""Killed before and after every side effect: what serves goes on, and the next command ends in the old or new state."""

from pathlib import Path

import pytest

from tests.faults.tally import tell
from tests.matrix.onward import ways
from tests.matrix.oracle import noted, serves
from tests.matrix.scenarios import SCENARIOS, deaths


@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_anywhere(name: str, folder: Path) -> None:
    scenario, points = SCENARIOS[name], 0
    site = scenario.site(folder)
    for fault, ran in deaths(site, scenario):
        points += 1
        with noted(fault, ran.effects.seen[-1]):
            serves(site, scenario)
            # what lies after one effect is what lies before the next: each such state is left in both ways
            ways(scenario)[fault.after](site, scenario)
    tell(f"in memory, {name}: killed at {points} points")
    assert points > 10
