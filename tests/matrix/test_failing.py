"""An error at every side effect: the status is of the table, what serves goes on, and the next command mends all."""

import re
from pathlib import Path

import pytest

from tests.faults.tally import tell
from tests.matrix.errors import errors
from tests.matrix.onward import ways
from tests.matrix.oracle import noted, serves
from tests.matrix.scenarios import SCENARIOS, Scenario
from tests.matrix.site import Ran

EXPECTED = {0, 1, 4, 5}


@pytest.mark.parametrize("name", SCENARIOS)
def test_an_error_anywhere(name: str, folder: Path) -> None:
    scenario, points = SCENARIOS[name], 0
    site = scenario.site(folder)
    for k, effect in enumerate(scenario.effects(site).seen, 1):
        for fault in errors(site, effect, k):
            ran = scenario.run(site, fault)
            if [each[:2] for each in ran.effects.seen[k - 1 : k]] != [effect[:2]]:
                continue  # side by side with another, it came first this time: not what this error belongs to
            points += 1
            with noted(fault, effect, ran):
                _told(ran, scenario)
                serves(site, scenario)
                # each way takes half of the points
                ways(scenario)[points % 2](site, scenario)
    tell(f"in memory, {name}: {points} errors")
    assert points > 50


def _told(ran: Ran, scenario: Scenario) -> None:
    """No bug; and what serves is named, unless the project could not even be opened, or the doctor tells more."""
    assert ran.status in EXPECTED, ran
    if ran.status != scenario.status and not re.search("cannot (use|open) the ledger", ran.text):
        assert re.search("^(What serves now|Mended):", ran.text, re.MULTILINE)
