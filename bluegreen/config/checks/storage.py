"""Mounts and limits that the engine would refuse, after an image was pulled."""

from collections.abc import Iterator
from posixpath import normpath

from bluegreen.config.problem import KeyPath
from bluegreen.model.service import Service, Ulimit

SMALLEST_MEMORY = 6 * 1024**2
"""Bytes; the engine's own limit."""

ONE_OF = (
    {"ro", "rw"},
    {"z", "Z"},
    {"nocopy"},
    {"cached", "delegated", "consistent"},
    {"shared", "slave", "private", "rshared", "rslave", "rprivate"},
)
"""Options of a mount, of which the engine takes one each."""


def check_mounts(service: Service) -> Iterator[tuple[KeyPath, str]]:
    """Find two mounts in the same place, and one in place of everything."""
    mounts = [(("volumes", index), _target(volume)) for index, volume in enumerate(service.volumes)]
    mounts += [(("tmpfs", index), tmpfs.partition(":")[0]) for index, tmpfs in enumerate(service.tmpfs)]
    seen = set()
    for path, target in mounts:
        place = normpath(f"/{target.lstrip('/')}")
        if place == "/":
            yield path, "can't be mounted over the image's own root"
        elif place in seen:
            yield path, "something is mounted there already"
        seen.add(place)


def check_modes(service: Service) -> Iterator[tuple[KeyPath, str]]:
    """Find mounts whose options contradict each other."""
    for index, volume in enumerate(service.volumes):
        modes = volume.split(":")[2:]
        for group in ONE_OF:
            said = [mode for each in modes for mode in each.split(",") if mode in group]
            if len(said) > 1:
                yield ("volumes", index), f"has {' and '.join(said)}: write one of them"


def check_limits(service: Service) -> Iterator[tuple[KeyPath, str]]:
    """Find limits out of range."""
    if service.mem_limit is not None and service.mem_limit < SMALLEST_MEMORY:
        yield ("mem_limit",), "should be at least 6m: the engine accepts no less"
    for name, limit in service.ulimits.items():
        if _above(limit):
            yield ("ulimits", name), "soft should not be above hard"


def _above(limit: Ulimit) -> bool:
    return limit.hard != -1 and (limit.soft == -1 or limit.soft > limit.hard)


def _target(volume: str) -> str:
    parts = volume.split(":")
    return parts[1] if len(parts) > 1 else parts[0]
