"""The state directory: closed to everybody else, or not used."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bluegreen.deploy.opening import claim, prepared
from bluegreen.model.errors import ConfigError
from tests.fakes.project import project

STRANGER = 54321
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory as this program makes it, with what an earlier command left."""
    prepared(tmp_path / "a/state")
    for name in ("belongs-to", "lock", "ledger.sqlite3"):
        (tmp_path / "a/state" / name).touch(0o600)
    return tmp_path / "a/state"


def refused(state: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        prepared(state)
    assert caught.value.exit_status == 2
    return f"{caught.value.message}: {caught.value.hint}"


def test_it_is_made_closed_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        assert prepared(tmp_path / "a/b/state").stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700


def test_one_that_is_as_it_should_be_is_used_again(state: Path) -> None:
    assert prepared(state) == state


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o770, 0o701, 0o777])
def test_one_that_others_can_look_into_is_refused(state: Path, mode: int) -> None:
    state.chmod(mode)
    told = refused(state)
    assert f"{state} " in told
    assert f"mode {mode:04o}" in told
    assert told.endswith((f"chmod go-w {state}", f"chmod go-rwx {state}"))


def test_a_folder_of_others_is_not_to_be_closed(tmp_path: Path) -> None:
    """Typed at /, the advice to close it would lock everybody out."""
    (tmp_path / "somebodys").touch()
    tmp_path.chmod(0o755)
    assert refused(tmp_path).endswith("name a directory of its own: BLUEGREEN_STATE, or state_dir")


def test_it_belongs_to_one_project(state: Path) -> None:
    (state / "belongs-to").unlink()
    for _ in range(2):
        claim(state, project({"web": {"image": "a", "port": 1}}))
    with pytest.raises(ConfigError, match="is that of project shop"):
        claim(state, project({"web": {"image": "a", "port": 1}}, project="other"))
    assert (state / "belongs-to").read_text() == "shop"


def test_a_link_is_refused(state: Path) -> None:
    (state.parent / "link").symlink_to(state)
    told = refused(state.parent / "link")
    assert f"{state.parent}/link is a symbolic link" in told
    assert told.endswith(f"name what it leads to, {state}")


def test_a_folder_above_it_that_others_can_write_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    told = refused(tmp_path / "open/a/state")
    assert told.endswith(f"chmod go-w {tmp_path}/open")
    assert not (tmp_path / "open/a").exists()


STRANGE: dict[str, Callable[[Path], object]] = {
    "a stranger's lock": lambda state: os.chown(state / "lock", STRANGER, -1),
    "a ledger that anybody can write": lambda state: (state / "ledger.sqlite3").chmod(0o666),
    "a link in place of the lock": lambda state: put_link(state / "lock"),
    "a link in place of the ledger": lambda state: put_link(state / "ledger.sqlite3"),
    "a link in place of nginx": lambda state: (state / "nginx").symlink_to("/etc/nginx"),
}


def put_link(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent.parent / "elsewhere")


@as_root
@pytest.mark.parametrize("what", STRANGE)
def test_what_only_a_stranger_can_have_put_there_is_refused(state: Path, what: str) -> None:
    STRANGE[what](state)
    told = refused(state)
    assert f"{state}/" in told
    assert not (state.parent / "elsewhere").exists()


@as_root
def test_a_strangers_is_refused(state: Path) -> None:
    os.chown(state, STRANGER, -1)
    assert refused(state).endswith(f"chown 0 {state}")


def test_where_a_file_is_in_the_way_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot use the state directory" in refused(tmp_path / "file/state")
