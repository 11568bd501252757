"""Files that are complete or not there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bluegreen import files
from bluegreen.model.errors import StateError


@pytest.fixture(params=[0o000, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.lstat().st_mode & 0o777


@pytest.mark.usefixtures("umask")
def test_modes_are_what_they_are_said_to_be(tmp_path: Path) -> None:
    files.write(tmp_path / "a/b/secret", b"x")
    files.write(tmp_path / "a/b/open", b"x", files.PUBLIC_FILE)
    files.make_dir(tmp_path / "c/d", files.PUBLIC_DIR)
    files.make_flags(tmp_path / "e", ["one"])
    found = {str(path.relative_to(tmp_path)): mode(path) for path in tmp_path.rglob("*")}
    assert found.pop("e/one") & 0o022 == 0
    assert found == {
        "a": 0o700,
        "a/b": 0o700,
        "a/b/secret": 0o600,
        "a/b/open": 0o644,
        "c": 0o755,
        "c/d": 0o755,
        "e": 0o755,
    }


def test_what_is_written_replaces_what_was_there(tmp_path: Path) -> None:
    files.write(tmp_path / "file", b"a longer text")
    files.write(tmp_path / "file", b"short")
    assert (tmp_path / "file").read_bytes() == b"short"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write(tmp_path / "file", b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StateError, match="no space"):
        files.write(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def full(_descriptor: int) -> None:
    raise OSError("no space left")


def test_a_link_is_never_absent_while_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    rename = Path.rename
    files.link(tmp_path / "live", "one")

    def look(self: Path, target: Path) -> Path:
        seen.append((tmp_path / "live").readlink())
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", look)
    files.link(tmp_path / "live", "two")
    assert seen == [Path("one")]
    assert (tmp_path / "live").readlink() == Path("two")


def test_flags_stand_in_their_directory_and_nothing_beside_it(tmp_path: Path) -> None:
    files.make_flags(tmp_path / "slots", ["a.green", "b.green"])
    assert sorted(path.name for path in (tmp_path / "slots").iterdir()) == ["a.green", "b.green"]
    assert [path.name for path in tmp_path.iterdir()] == ["slots"]


def test_what_an_earlier_process_of_the_same_number_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / f".file.{os.getpid()}").mkdir()
    (tmp_path / f".live.{os.getpid()}").write_text("x")
    files.write(tmp_path / "file", b"new")
    files.link(tmp_path / "live", "target")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "live"]


def test_removing_takes_files_links_and_directories_and_what_is_not_there(tmp_path: Path) -> None:
    files.write(tmp_path / "kept/file", b"x")
    files.link(tmp_path / "link", "kept")
    files.make_flags(tmp_path / "flags", ["a"])
    for name in ("link", "flags", "absent"):
        files.remove(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept/file").exists()


def test_what_killed_processes_left_half_made_is_swept_away(tmp_path: Path) -> None:
    files.write(tmp_path / "kept/.env", b"a name of ours")
    (tmp_path / "kept/.file.4711").write_text("x")
    (tmp_path / ".slots.4712").mkdir()
    (tmp_path / ".slots.4712/a.green").touch()
    files.sweep(tmp_path)
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == ["kept", "kept/.env"]
