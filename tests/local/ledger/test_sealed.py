"""What the ledger knows of nginx's configurations."""

from pathlib import Path

import pytest

from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.schema import MIGRATIONS


def test_a_generation_stays_as_it_was_sealed_last(tmp_path: Path) -> None:
    Ledger(tmp_path).seal(7, "before nginx's directory was lost")
    Ledger(tmp_path).seal(7, "after")
    assert Ledger(tmp_path).sealed(7) == "after"
    assert Ledger(tmp_path).sealed(8) == ""


def test_the_last_generations_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bluegreen.ledger.sealed.GENERATIONS", 2)
    ledger = Ledger(tmp_path)
    for number in range(1, 6):
        ledger.seal(number, "manifest")
    assert [number for number in range(1, 6) if ledger.sealed(number)] == [4, 5]


def test_a_ledger_from_before_there_were_seals_knows_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr("bluegreen.ledger.schema.MIGRATIONS", MIGRATIONS[:4])
        Ledger(tmp_path).close()
    assert Ledger(tmp_path).sealed(1) == ""
