"""A configuration that a person has edited: no command puts another in its place unasked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bluegreen.proxy.drift import edited
from bluegreen.proxy.store import Store
from tests.matrix import damages
from tests.matrix.oracle import noted
from tests.matrix.scenarios import (
    ABORT,
    DEPLOY_1,
    DEPLOY_2,
    FIX,
    HOLD,
    PROMOTE,
    PROXY_UP,
    ROLLBACK,
    SCENARIOS,
    WEB,
    Scenario,
    deaths,
)
from tests.matrix.site import Site


@pytest.mark.parametrize(
    "words", [DEPLOY_2, ROLLBACK, PROMOTE, ABORT, PROXY_UP, (*PROXY_UP, "--replace")], ids=" ".join
)
def test_it_is_refused_and_left_as_it_is(words: tuple[str, ...], folder: Path) -> None:
    site = Site(folder, {"server": WEB})
    for each in (DEPLOY_1, HOLD) if words in (PROMOTE, ABORT) else (DEPLOY_1,):
        assert site.run(*each).status == 0
    damages.edited(site)
    before = site.nginx.generation
    ran = site.run(*words)
    assert (ran.status, site.nginx.generation) == (2, before), ran
    assert "nginx.conf was changed by hand" in ran.text
    assert "bluegreen doctor --fix writes a new one, and leaves yours beside it" in ran.text


@pytest.mark.parametrize(
    "edit",
    [
        damages.edited_with_its_manifest,
        damages.edited_and_its_manifest_lost,
        damages.edited_and_the_ledger_lost,
    ],
)
def test_it_is_refused_whatever_else_was_edited_or_lost(edit: Callable[[Site], None], folder: Path) -> None:
    site = Site(folder, {"server": WEB})
    site.run(*DEPLOY_1)
    edit(site)
    before = site.nginx.generation
    ran = site.run(*DEPLOY_2)
    assert (ran.status, site.nginx.generation) == (2, before), ran
    assert "nginx.conf was changed by hand" in ran.text
    assert site.run(*FIX).status == 0
    assert site.run(*DEPLOY_2).status == 0


@pytest.mark.parametrize("name", ["first deployment", "deployment"])
def test_wherever_a_command_is_killed_what_nginx_reads_next_is_sealed_and_taken_for_no_edit(
    name: str, folder: Path
) -> None:
    scenario = SCENARIOS[name]
    site = scenario.site(folder)
    for fault, ran in deaths(site, scenario):
        current = site.nginx.store.current()
        if current is not None:
            with noted(fault, ran.effects.seen[-1]), site.ledger() as ledger:
                assert ledger.sealed(current)
                assert edited(Store(site.nginx.folder, ledger), current) == ()


def leave(site: Site, scenario: Scenario) -> None:
    """Kill the command as soon as it has something to leave."""
    for _ in deaths(site, scenario):
        with site.ledger() as ledger:
            if ledger.unfinished():
                return


@pytest.mark.parametrize("name", ["retire", "rollback, warm", "rollback, cold", "abort of a held one"])
def test_it_is_refused_before_what_was_left_is_ended(name: str, folder: Path) -> None:
    scenario = SCENARIOS[name]
    site = scenario.site(folder)
    leave(site, scenario)
    damages.edited(site)
    before = site.nginx.generation
    ran = site.run(*scenario.command)
    assert (ran.status, site.nginx.generation) == (2, before), ran
    assert "nginx.conf was changed by hand" in ran.text
    assert site.run(*FIX).status == 0
    assert site.run(*DEPLOY_2).status == 0


def test_the_doctor_writes_another_beside_it(folder: Path) -> None:
    site = Site(folder, {"server": WEB})
    site.run(*DEPLOY_1)
    damages.edited(site)
    text = (site.state / "nginx/current").resolve() / "nginx.conf"
    assert site.run(*FIX).status == 0
    assert "# by hand" in text.read_text()
    assert "# by hand" not in (site.state / "nginx/current/nginx.conf").read_text()
    assert site.run(*PROXY_UP).status == 0
