"""Whether there is room, and what is said where there is none."""

import pytest

from bluegreen.decide.room import GB, MB, Needs, no_memory, no_room
from bluegreen.model.ports import Room

PLENTY = Room(GB, "/state", 100 * GB, "/var/lib/docker", 4 * GB)


@pytest.mark.parametrize(
    ("free", "pulls", "lack"),
    [
        (255 * MB, (), "255 MB are free at /var/lib/docker"),
        (256 * MB, (), ""),
        (255 * MB + 600 * MB, (400 * MB,), "about 856 MB are needed to pull 1 image and"),
        (256 * MB + 600 * MB, (400 * MB,), ""),
        (2 * GB, (0, 800 * MB), "about 2.4 GB are needed to pull 2 images and"),
        (3 * GB, (0, 800 * MB), ""),
        (None, (800 * MB,), ""),
    ],
    ids=[
        "too little to run",
        "just enough to run",
        "too little to pull what is as large as the image before",
        "just enough to pull it",
        "too little for an image of unknown size",
        "enough for it",
        "a disk that is not seen",
    ],
)
def test_the_disk_of_the_images(free: int | None, pulls: tuple[int, ...], lack: str) -> None:
    said = no_room(Room(GB, "/state", free, "/var/lib/docker", None), Needs(pulls, {}))
    assert lack in said
    assert bool(said) == bool(lack)


def test_the_disk_of_the_state() -> None:
    room = Room(63 * MB, "/state", 100 * GB, "/var/lib/docker", None)
    assert no_room(room, Needs((), {})) == "63 MB are free at /state, and 64 MB are needed to keep records"
    assert not no_room(PLENTY, Needs((), {}))


@pytest.mark.parametrize(
    ("memory", "needs", "lack"),
    [
        (300 * MB, {"server": 200 * MB, "store": 101 * MB}, "need 301 MB while both run (server 200 MB, store 101 MB)"),
        (301 * MB, {"server": 200 * MB, "store": 101 * MB}, ""),
        (None, {"server": 200 * GB}, ""),
        (0, {}, ""),
    ],
    ids=["too little", "just enough", "a kernel that does not say", "nothing is known to be needed"],
)
def test_memory_for_the_second_copies(memory: int | None, needs: dict[str, int], lack: str) -> None:
    said = no_memory(Room(GB, "/state", None, "", memory), Needs((), needs))
    assert lack in said
    assert bool(said) == bool(lack)
