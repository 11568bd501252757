"""What the ledger forgets, and what it never does."""

from pathlib import Path

import pytest

from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.records import Author, StepRecord
from bluegreen.ledger.upkeep import TEXT
from bluegreen.model.color import Color
from bluegreen.model.deployment import Deployment, Move, Outcome, Verb
from bluegreen.model.release import Image, Release
from bluegreen.model.service import Service

SERVICE = Service(name="server", image="server:1", port=3000)
RELEASE = Release("01AAAAAAAAAAAAAAAAAAAAAAAA", SERVICE, Image("server:1", "sha256:1"), "hash")
AUTHOR = Author("test@here", "terminal", "bluegreen deploy")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger with one deployment."""
    made = Ledger(tmp_path)
    made.open(Deployment("D1", Verb.DEPLOY, (Move(None, RELEASE, Color.BLUE),), 0.0), ("first",), AUTHOR, 1.0)
    return made


def test_the_output_of_old_commands_goes_and_that_they_ran_stays(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bluegreen.ledger.upkeep.OUTPUTS", 2)
    for number in range(4):
        attempt = ledger.command_started(RELEASE, float(number))
        ledger.command_ended(RELEASE, attempt, 0, f"output {number}", number + 0.5)
    ledger.trim(frozenset())
    rows = ledger._read("SELECT status, output FROM release_commands ORDER BY attempt")
    assert rows == [(0, ""), (0, ""), (0, "output 2"), (0, "output 3")]


def test_the_newest_lines_of_the_audit_stay(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluegreen.ledger.upkeep.AUDITS", 3)
    for number in range(5):
        ledger.audit(AUTHOR, f"event {number}", float(number))
    ledger.trim(frozenset())
    assert [line.event for line in ledger.audits(10)] == ["event 4", "event 3", "event 2"]


def test_no_text_is_longer_than_it_may_be(ledger: Ledger) -> None:
    long = "x" * (TEXT + 1)
    position = ledger.step("D1", StepRecord("server", "start", 1.0, detail=long))
    ledger.step_ended("D1", position, StepRecord("server", "start", 1.0, 2.0, detail=long))
    ledger.turn("D1", long, 3.0)
    ledger.finish("D1", Outcome.FAILED, long, 4.0)
    ledger.audit(AUTHOR, long, 5.0)
    (record,) = ledger.history(1)
    assert [len(record.reason), len(record.steps[0].detail), len(ledger.audits(1)[0].event)] == [TEXT] * 3


def test_what_is_needed_stays_though_its_service_was_never_moved(ledger: Ledger) -> None:
    other = Release("01BBBBBBBBBBBBBBBBBBBBBBBB", SERVICE, RELEASE.image, "hash")
    ledger.releases.keep(other)
    ledger.trim(frozenset({other.id}))
    assert ledger.releases.find(other.id)
    ledger.trim(frozenset())
    assert ledger.releases.find(other.id) is None
    assert ledger.releases.find(RELEASE.id)


def test_the_steps_of_the_newest_deployments_stay(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluegreen.ledger.upkeep.STEPS", 2)
    for name in ("D2", "D3"):
        ledger.open(Deployment(name, Verb.DEPLOY, (Move(None, RELEASE, Color.BLUE),), 0.0), ("again",), AUTHOR, 1.0)
    for name in ("D1", "D2", "D3"):
        ledger.step(name, StepRecord("server", "start", 1.0))
    ledger.trim(frozenset())
    assert [len(record.steps) for record in ledger.history(3)] == [1, 1, 0]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM deployments WHERE ended_at IS NULL AND NOT held ORDER BY id DESC LIMIT 1",
        "SELECT id FROM deployments WHERE ended_at IS NULL AND held ORDER BY id",
        "SELECT new FROM moves JOIN deployments ON id = deployment WHERE service = 'a' ORDER BY deployment DESC",
        "SELECT event FROM audit WHERE at >= 0 ORDER BY at DESC, rowid DESC LIMIT 1",
    ],
)
def test_what_every_command_asks_is_found_without_sorting(ledger: Ledger, sql: str) -> None:
    steps = [str(row[3]) for row in ledger._read(f"EXPLAIN QUERY PLAN {sql}")]
    assert not any("TEMP B-TREE" in step for step in steps)
    assert all("INDEX" in step for step in steps if "deployments" in step)
