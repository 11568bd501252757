"""The files that say what nginx serves are lost: what serves goes on, and no command takes it for nothing."""

import shutil
from pathlib import Path

import pytest

from tests.matrix import damages
from tests.matrix.onward import ways
from tests.matrix.oracle import noted, serves, sound
from tests.matrix.scenarios import DEPLOY_1, DEPLOY_2, FIX, PROXY_UP, ROLLBACK, SEVERAL, WEB, Scenario, deaths
from tests.matrix.site import Site

WITHOUT_MANIFEST = Scenario(SEVERAL, last=damages.manifest_and_ledger_lost)


@pytest.mark.parametrize("words", [DEPLOY_2, FIX, PROXY_UP], ids=" ".join)
def test_without_its_manifest_its_text_says_what_it_serves(words: tuple[str, ...], folder: Path) -> None:
    site = WITHOUT_MANIFEST.site(folder)
    ran = site.run(*words)
    assert ran.status == 0, ran
    serves(site, WITHOUT_MANIFEST)
    sound(site, WITHOUT_MANIFEST, "shop:2" if words == DEPLOY_2 else "shop:1")
    assert (site.state / "nginx/current/manifest.json").exists()


def test_killed_anywhere_it_serves_as_well(folder: Path) -> None:
    site, points = WITHOUT_MANIFEST.site(folder), 0
    for fault, ran in deaths(site, WITHOUT_MANIFEST):
        points += 1
        with noted(fault, ran.effects.seen[-1]):
            serves(site, WITHOUT_MANIFEST)
            ways(WITHOUT_MANIFEST)[fault.after](site, WITHOUT_MANIFEST)
    assert points > 100


@pytest.mark.parametrize(("words", "status"), [(DEPLOY_2, 1), (ROLLBACK, 1), (FIX, 1), (PROXY_UP, 1)], ids=str)
def test_without_its_text_too_nothing_is_put_in_its_place(words: tuple[str, ...], status: int, folder: Path) -> None:
    site = Site(folder, {"server": WEB})
    for each in (DEPLOY_2, DEPLOY_1):
        assert site.run(*each).status == 0
    damages.manifest_and_ledger_lost(site)
    generation = site.nginx.generation
    shutil.rmtree((site.state / "nginx/current").resolve())
    ran = site.run(*words)
    assert (ran.status, site.nginx.generation) == (status, generation), ran
    assert f"nginx serves server from generation {generation}, whose files are lost" in ran.text
    assert site.nginx.serving("server")
