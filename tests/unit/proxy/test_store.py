"""The configurations on disk."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bluegreen.model.color import Color
from bluegreen.model.routing import Slot
from bluegreen.proxy.processes import Process
from bluegreen.proxy.store import Store

BLUE, GREEN = Color.BLUE, Color.GREEN
SLOTS = {"web": {BLUE: Slot(("web-blue:3000",), ("web-green:3000",))}}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state/nginx")


@pytest.fixture
def closed_umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.usefixtures("closed_umask")
def test_nginx_can_read_everything_but_the_state_around_it_and_others_no_key(store: Store) -> None:
    store.add(1, SLOTS, {"nginx.conf": b"text", "tls/0.crt": b"crt", "tls/0.key": b"key"})
    store.activate(1)
    store.switch({"web": GREEN})
    modes = {
        str(path.relative_to(store.folder)): mode(path) for path in store.folder.rglob("*") if not path.is_symlink()
    }
    assert mode(store.folder.parent) == 0o700
    assert mode(store.folder) == 0o755
    assert {name for name, each in modes.items() if each not in (0o755, 0o644)} == {
        "generations/000001/tls/0.key",
        "slots/000001/web.green",  # nobody reads it, it is there or not
    }
    assert modes["generations/000001/tls/0.key"] == 0o600


def test_a_manifest_is_read_as_it_was_written(store: Store) -> None:
    store.add(1, SLOTS, {"nginx.conf": b"text"})
    store.record(1, (Process(17, 4711),))
    manifest = store.manifest(1)
    assert manifest
    assert manifest.slots == SLOTS
    assert manifest.old_workers == (Process(17, 4711),)
    assert manifest.holds({"nginx.conf": b"text"})
    assert not manifest.holds({"nginx.conf": b"text", "tls/0.crt": b"new"})


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"generation": "x"}', b"\xff", b'{"generation": 1, "slots": []}']
)
def test_a_damaged_manifest_is_as_good_as_none(store: Store, content: bytes) -> None:
    store.add(1, SLOTS, {"nginx.conf": b"text"})
    (store.folder / "generations/000001/manifest.json").write_bytes(content)
    assert store.manifest(1) is None


def test_a_change_by_hand_is_seen(store: Store) -> None:
    store.add(1, SLOTS, {"nginx.conf": b"text", "tls/0.crt": b"crt"})
    manifest = store.manifest(1)
    assert manifest
    assert store.changed_files(manifest) == ()
    (store.folder / "generations/000001/nginx.conf").write_text("other")
    (store.folder / "generations/000001/tls/0.crt").unlink()
    assert store.changed_files(manifest) == ("nginx.conf", "tls/0.crt")


def test_the_last_five_generations_stay_and_the_one_that_serves(store: Store) -> None:
    for number in range(1, 9):
        store.add(number, SLOTS, {"nginx.conf": b"text"})
    store.prune(serving=2)
    assert [path.name for path in sorted((store.folder / "generations").iterdir())] == [
        f"{number:06d}" for number in (2, 4, 5, 6, 7, 8)
    ]


def test_numbers_go_on_after_the_highest(store: Store) -> None:
    assert store.next_generation() == 1
    store.add(41, SLOTS, {"nginx.conf": b"text"})
    assert store.next_generation() == 42


def test_flags_say_which_services_are_green(store: Store) -> None:
    assert store.live() == {}
    store.switch({"web": GREEN, "api": BLUE})
    assert store.live() == {"web": GREEN}
    store.switch({"web": BLUE, "api": GREEN})
    assert store.live() == {"api": GREEN}


def test_a_switch_leaves_the_directories_of_the_last_five(store: Store) -> None:
    for _ in range(20):
        store.switch({"web": GREEN})
    assert len(list((store.folder / "slots").iterdir())) == 5
    assert store.live() == {"web": GREEN}
