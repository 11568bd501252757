"""Who else could change a file."""

import grp
import os
import pwd
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from bluegreen.ownership import fault

STRANGER = 54321

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file, both ours."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/file").touch(0o600)
    return tmp_path / "shop"


def test_what_is_ours_has_no_fault_nor_has_what_is_not_there(folder: Path) -> None:
    assert fault(folder) is None
    assert fault(folder / "file") is None
    assert fault(folder / "none/at/all") is None


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "the file is a stranger's": (
        lambda folder: os.chown(folder / "file", STRANGER, -1),
        "{folder}/file belongs to user 54321: chown 0 {folder}/file",
    ),
    "the folder is a stranger's": (
        lambda folder: os.chown(folder, STRANGER, -1),
        "{folder} belongs to user 54321: chown 0 {folder}",
    ),
    "anybody can write the file": (
        lambda folder: (folder / "file").chmod(0o606),
        "{folder}/file can be written by others (mode 0606): chmod go-w {folder}/file",
    ),
    "anybody can write the folder": (
        lambda folder: folder.chmod(0o777),
        "{folder} can be written by others (mode 0777): chmod go-w {folder}",
    ),
    "a group can write the file": (
        lambda folder: share(folder / "file"),
        "{folder}/file can be written by others (mode 0660): chmod go-w {folder}/file",
    ),
}


def share(path: Path) -> None:
    os.chown(path, -1, STRANGER)
    path.chmod(0o660)


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_said_who_else_could_change_it_and_what_to_type(folder: Path, change: str) -> None:
    make, expected = CHANGES[change]
    make(folder)
    assert str(fault(folder / "file")) == expected.format(folder=folder)


def test_in_a_folder_like_tmp_nobody_can_touch_what_is_anothers(folder: Path) -> None:
    folder.chmod(0o1777)
    assert fault(folder / "file") is None
    assert "can be written by others (mode 1777)" in str(fault(folder))


def test_what_is_not_there_yet_in_a_folder_like_tmp_has_to_be_made_first(folder: Path) -> None:
    folder.chmod(0o1777)
    found = fault(folder / "state")
    assert found
    assert found.what == f"{folder}/state is not there yet, and {folder} can be written by others (mode 1777)"
    assert found.remedy == f"mkdir -p -m 0700 {folder}/state"


@pytest.mark.parametrize("how", [{"file": True}, {"link": True}])
def test_a_file_that_is_not_there_in_a_folder_like_tmp_is_not_made_a_folder(folder: Path, how: dict[str, bool]) -> None:
    folder.chmod(0o1777)
    wanted = (
        f"{folder}/none.env does not exist, and anybody could make it: write it first, or name the one that is meant"
    )
    assert str(fault(folder / "none.env", **how)) == wanted
    assert fault(folder / "file", **how) is None


def test_a_group_in_which_nobody_else_is_is_nobody_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").chmod(0o660)
    people = {"root": 0, "alice": STRANGER}
    monkeypatch.setattr(pwd, "getpwnam", lambda name: SimpleNamespace(pw_uid=people[name]))
    monkeypatch.setattr(pwd, "getpwall", list)
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_mem=["root"]))
    assert fault(folder / "file") is None
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_mem=["root", "alice"]))
    assert "can be written by others" in str(fault(folder / "file"))
    monkeypatch.setattr(grp, "getgrgid", lambda _: SimpleNamespace(gr_mem=[]))
    monkeypatch.setattr(pwd, "getpwall", lambda: [SimpleNamespace(pw_uid=STRANGER, pw_gid=0)])
    assert "can be written by others" in str(fault(folder / "file"))


def test_behind_sudo_the_callers_files_are_ours(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.chown(folder / "file", STRANGER, -1)
    monkeypatch.setenv("SUDO_UID", str(STRANGER))
    assert fault(folder / "file") is None


def test_a_link_in_its_place_is_refused_unless_it_may_be_one(folder: Path) -> None:
    (folder / "link").symlink_to("file")
    assert str(fault(folder / "link")) == f"{folder}/link is a symbolic link: name what it leads to, {folder}/file"
    assert fault(folder / "link", link=True) is None


@pytest.mark.parametrize("target", ["shop", "{folder}", "here/../there/../shop"])
def test_links_on_the_way_are_followed_to_whoever_could_change_what_they_lead_to(folder: Path, target: str) -> None:
    for name in ("here", "there"):
        (folder.parent / name).mkdir()
    way = folder.parent / "current"
    way.symlink_to(target.format(folder=folder))
    assert fault(way / "file") is None
    folder.chmod(0o777)
    assert str(fault(way / "file")).startswith(f"{folder} can be written by others")
    folder.chmod(0o755)
    os.chown(way, STRANGER, -1, follow_symlinks=False)
    assert str(fault(way / "file")).startswith(f"{way} belongs to user {STRANGER}")


def test_links_in_a_circle_come_to_an_end(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    assert fault(folder / "a", link=True) is None
