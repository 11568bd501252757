"""The ledger's files: nobody else reads them, and nothing but a name leads to them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.releases import Releases
from bluegreen.model.errors import LedgerError


@pytest.fixture
def _careless() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_careless")
def test_every_file_is_private_from_its_beginning(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    ledger.close()
    assert modes == dict.fromkeys(["ledger.sqlite3", "ledger.sqlite3-wal", "ledger.sqlite3-shm"], 0o600)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite3").symlink_to("elsewhere")
    with pytest.raises(LedgerError, match="symbolic links"):
        Ledger(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("release", ["../../secret", "..", "", "/etc", "a/b", "a\n", "R" * 65, "\x1b[2J"])
def test_no_release_leads_out_of_its_folder(tmp_path: Path, release: str) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/release.json").write_text("{}")
    releases = Releases(tmp_path / "a/releases")
    assert releases.find(release) is None
    with pytest.raises(LedgerError, match="no release is called"):
        releases.read(release)
