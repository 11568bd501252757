"""The configurations on disk."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bluegreen.model.color import Color
from bluegreen.model.routing import Slot
from bluegreen.proxy.generation import slots
from bluegreen.proxy.manifest import digest
from bluegreen.proxy.processes import Process
from bluegreen.proxy.render import render
from bluegreen.proxy.store import Store
from tests.fakes.seals import FakeSeals
from tests.unit.proxy.routings import GENERATION, ROUTINGS

BLUE, GREEN = Color.BLUE, Color.GREEN
SLOTS = {"web": {BLUE: Slot(("web-blue:3000",), ("web-green:3000",))}}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state/nginx", FakeSeals())


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


@pytest.mark.parametrize("name", ROUTINGS)
def test_without_a_manifest_the_text_says_what_the_slots_hold(store: Store, name: str) -> None:
    wanted = slots(ROUTINGS[name])
    store.add(GENERATION, {}, {"nginx.conf": render(ROUTINGS[name], GENERATION).encode()})
    (store.folder / f"generations/{GENERATION:06}/manifest.json").unlink()
    assert store.slots(GENERATION) == {service: held for service, held in wanted.items() if held}


def test_a_generation_without_files_holds_nothing(store: Store) -> None:
    assert store.slots(GENERATION) == {}


def manifest_changed(store: Store) -> None:
    """Whoever changed the text has had the manifest agree."""
    path = store.folder / "generations/000001/manifest.json"
    path.write_text(path.read_text().replace(digest(b"text"), digest(b"other")).replace(digest(b"crt"), ""))


def manifest_lost(store: Store) -> None:
    (store.folder / "generations/000001/manifest.json").unlink()


def seal_lost(store: Store) -> None:
    store._seals.seal(1, "")


@pytest.mark.parametrize("besides", [manifest_changed, manifest_lost, seal_lost])
def test_a_change_by_hand_is_seen(store: Store, besides: Callable[[Store], None]) -> None:
    store.add(1, SLOTS, {"nginx.conf": b"text", "tls/0.crt": b"crt"})
    store.record(1, (Process(17, 4711),))
    before = store.manifest(1)
    besides(store)
    manifest = store.manifest(1)
    assert manifest
    assert manifest == before
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


def test_one_that_was_edited_stays_too(store: Store) -> None:
    for number in range(1, 9):
        store.add(number, SLOTS, {"nginx.conf": b"text"})
        store.record(number, ())
    manifest_changed(store)
    (store.folder / "generations/000001/nginx.conf").write_text("other")
    store.prune(serving=8)
    assert (store.folder / "generations/000001/nginx.conf").read_text() == "other"


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
