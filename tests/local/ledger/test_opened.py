"""Deployments that have not ended, and the files of their releases."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.records import Author
from bluegreen.model.color import Color
from bluegreen.model.deployment import Deployment, Move, Verb
from bluegreen.model.errors import LedgerError
from bluegreen.model.release import Image, Release
from bluegreen.model.service import Service

AUTHOR = Author("test@here", "terminal", "bluegreen deploy")
NEWER = "a newer bluegreen wrote it, with service.shiny, which this one does not know"


def release(release_id: str, name: str) -> Release:
    return Release(release_id, Service(name=name, image="shop:1", port=3000), Image("shop:1", "sha256:1"), "hash")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Two deployments are held, and one is under way."""
    made = Ledger(tmp_path)
    for number, name in enumerate(("server", "store", "mailer"), 1):
        move = Move(None, release(f"R{number}", name), Color.BLUE)
        made.open(Deployment(f"D{number}", Verb.DEPLOY, (move,), 0.0, hold=name != "mailer"), ("new",), AUTHOR, 1.0)
        if name != "mailer":
            made.hold(f"D{number}", 2.0)
    return made


def gone(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


def with_a_key_more(path: Path) -> None:
    stored: dict[str, Any] = json.loads(path.read_text())
    stored["service"]["shiny"] = "s3cret"
    path.write_text(json.dumps(stored))


@pytest.mark.parametrize(
    ("harm", "why"),
    [(gone, "No such file or directory"), (cut, "it is damaged"), (with_a_key_more, NEWER)],
)
def test_one_that_is_held_and_can_not_be_read_hides_no_other(
    harm: Callable[[Path], None], why: str, ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "releases/R1/release.json"
    harm(path)
    assert [each.id for each in ledger.held()] == ["D2"]
    left = ledger.unfinished()
    assert left
    assert left.id == "D3"
    (stranded,) = ledger.stranded()
    assert (stranded.id, stranded.services, stranded.committed) == ("D1", ("server",), False)
    assert stranded.why == f"cannot read the release {path}: {why}"


def test_one_that_was_left_and_can_not_be_read_lets_nobody_go_on(ledger: Ledger, tmp_path: Path) -> None:
    ledger.commit("D3", 3.0)
    path = tmp_path / "releases/R3/release.json"
    cut(path)
    with pytest.raises(LedgerError, match=f"D3, which moves mailer, can't go on: .*{path}: it is damaged") as refused:
        ledger.unfinished()
    assert "bluegreen doctor --fix" in refused.value.hint
    assert ledger.find_unfinished() is None
    assert [each.id for each in ledger.held()] == ["D1", "D2"]
    assert [(each.id, each.committed) for each in ledger.stranded()] == [("D3", True)]
