"""Killed before and after every side effect: what serves goes on, and the next command ends in the old or new state."""

from pathlib import Path

import pytest

from tests.faults.tally import tell
from tests.matrix.oracle import serves, sound
from tests.matrix.scenarios import DEPLOY_2, ROLLBACK, SCENARIOS, Scenario, deaths
from tests.matrix.site import Site


@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_anywhere(name: str, tmp_path: Path) -> None:
    scenario, points = SCENARIOS[name], 0
    site = scenario.site(tmp_path)
    for fault, ran in deaths(site, scenario):
        points += 1
        try:
            serves(site, scenario)
            site.keep("left")
            deployed(site, scenario)
            site.back_to("left")
            rolled_back(site, scenario)
        except AssertionError as error:
            error.add_note(f"{fault}: {ran.effects.seen[-1]}")
            raise
    tell(f"in memory, {name}: killed at {points} points, each followed by a deployment and by a rollback")
    assert points > 50


def deployed(site: Site, scenario: Scenario) -> None:
    """Deploy; it ends in the new state."""
    done = site.run(*DEPLOY_2)
    assert done.status == 0, done
    sound(site, scenario, "shop:2")
    _commands_ran_once(site)


def rolled_back(site: Site, scenario: Scenario) -> None:
    """Go back; it ends in the old state, or is refused because nothing had begun or there is nothing to go back to."""
    done = site.run(*ROLLBACK)
    if done.status:
        assert "no earlier release" in done.text, done
        deployed(site, scenario)
    else:
        sound(site, scenario, "shop:1")


def _commands_ran_once(site: Site) -> None:
    """Once for each of the two releases; once more where the kill came between its start and its end, and then told."""
    runs = sum(change.verb == "run" and change.name == "server-release-command" for change in site.engine.changes)
    assert runs <= 2 + any("was cut short" in line for line in site.said), f"{runs} runs: {site.said}"
