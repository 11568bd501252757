"""Files of the state are lost, or a container: what serves goes on, and no command takes what is gone for nothing."""

import shutil
from pathlib import Path

import pytest

from bluegreen.deploy.doctor import mend
from tests.matrix import damages
from tests.matrix.onward import ways
from tests.matrix.oracle import noted, serves, sound
from tests.matrix.scenarios import (
    ABORT,
    DEPLOY_1,
    DEPLOY_2,
    FIX,
    HOLD,
    PAIR,
    PROMOTE,
    PROXY_UP,
    ROLLBACK,
    SEVERAL,
    WEB,
    WORKER,
    Scenario,
    deaths,
)
from tests.matrix.site import Site

WITHOUT_MANIFEST = Scenario(SEVERAL, last=damages.manifest_and_ledger_lost, earlier="")


def newest_release(site: Site, service: str = "server") -> Path:
    """The file of the newest release of a service."""
    with site.ledger() as ledger:
        (record,) = ledger.history(1, service)
    (release,) = (move.new for move in record.moves if move.service == service)
    return site.state / "releases" / release / "release.json"


def cut_off(site: Site) -> None:
    """The file of the newest release of the server has lost its end."""
    path = newest_release(site)
    path.write_bytes(path.read_bytes()[:40])


@pytest.fixture
def quickly_drained(monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor looks again at once whether anything is in flight."""
    monkeypatch.setattr(mend, "POLL", 0.0)


STRANDED = Scenario(
    SEVERAL,
    before=(DEPLOY_1, (*HOLD, "server")),
    command=FIX,
    last=cut_off,
    earlier="",
)


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


@pytest.mark.parametrize("words", [DEPLOY_2, (*DEPLOY_2, "server"), PROMOTE, ABORT, (*ABORT, "server")], ids=" ".join)
def test_what_needs_a_held_deployment_without_its_release_says_what_to_type(
    words: tuple[str, ...], folder: Path
) -> None:
    site = STRANDED.site(folder)
    ran = site.run(*words)
    assert ran.status == 1, ran
    assert "release.json: it is damaged" in ran.text
    assert "bluegreen doctor --fix closes it" in ran.text
    assert "What serves now:" in ran.text
    serves(site, STRANDED)


def test_what_does_not_need_it_goes_on(folder: Path) -> None:
    site = STRANDED.site(folder)
    told = site.run("status")
    assert told.status == 0, told
    assert "release.json: it is damaged; `bluegreen doctor --fix` closes it" in told.text
    for words in ((*DEPLOY_2, "store"), (*ROLLBACK, "store"), PROXY_UP):
        ran = site.run(*words)
        assert ran.status == 0, ran
        serves(site, STRANDED)


def test_closed_it_leaves_what_serves_and_the_file(folder: Path) -> None:
    site = STRANDED.site(folder)
    looked = site.run("doctor")
    assert looked.status == 5, looked
    assert "(stranded)" in looked.text
    path = newest_release(site)
    assert site.run(*FIX).status == 0
    sound(site, STRANDED, "shop:1")
    assert len(path.read_bytes()) == 40
    assert "closed by bluegreen doctor: cannot read the release" in site.run("history").text


@pytest.mark.usefixtures("quickly_drained")
def test_killed_while_it_is_closed_the_next_command_goes_on(folder: Path) -> None:
    site, points = STRANDED.site(folder), 0
    for fault, ran in deaths(site, STRANDED):
        points += 1
        with noted(fault, ran.effects.seen[-1]):
            serves(site, STRANDED)
            ways(STRANDED)[fault.after](site, STRANDED)
    assert points > 20


@pytest.mark.usefixtures("quickly_drained")
def test_left_anywhere_without_its_release_it_is_closed_and_what_serves_goes_on(folder: Path) -> None:
    services = {"server": WEB, "worker": {**WORKER, "strategy": "stop-first"}}
    scenario, served = Scenario(services, before=(DEPLOY_1,)), set()
    site = scenario.site(folder)
    for fault, ran in deaths(site, scenario):
        with site.ledger() as ledger:
            left = ledger.unfinished()
        if fault.after or not left:
            continue
        with noted(fault, ran.effects.seen[-1]):
            cut_off(site)
            refused = site.run(*DEPLOY_2)
            assert refused.status == 1, refused
            live = site.nginx.live("server")
            mended = site.run(*FIX)
            assert mended.status == 0, mended
            serves(site, scenario)
            assert site.nginx.live("server") is live
            assert sorted(c.service for c in site.engine.containers() if c.running and c.color) == ["server", "worker"]
            served.add(live)
            assert site.run(*DEPLOY_2, "--force").status == 0
            sound(site, scenario, "shop:2")
    assert len(served) == 2


def test_a_worker_that_was_removed_is_made_again(folder: Path) -> None:
    scenario = Scenario(PAIR, before=(DEPLOY_1,))
    site = scenario.site(folder)
    site.engine._remove("worker-green")
    looked = site.run("doctor")
    assert looked.status == 5, looked
    assert "error: worker (missing)" in looked.text
    assert "color-drift" not in looked.text
    assert site.run(*FIX).status == 0
    sound(site, scenario, "shop:1")


def test_without_its_release_a_worker_is_not_made_again_and_all_else_is_mended(folder: Path) -> None:
    scenario = Scenario(PAIR, before=(DEPLOY_1,))
    site = scenario.site(folder)
    site.engine._remove("worker-green")
    newest_release(site, "worker").unlink()
    damages.nginx_gone(site)
    mended = site.run(*FIX)
    assert mended.status == 5, mended
    assert "fix:  bluegreen deploy" in mended.text
    serves(site, scenario)
    assert site.run(*DEPLOY_2).status == 0
    sound(site, scenario, "shop:2")
