"""Whether there is room for what a deployment brings: images, state, and a second copy of every changed service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluegreen.model.ports import Room

GB = 1024**3
MB = 1024**2
UNPACKING = 1.5
"""What is downloaded lies beside what is unpacked from it."""
UNKNOWN = 1 * GB
"""For an image whose service has none yet to compare with."""
WRITTEN = 256 * MB
"""For what containers write, and their logs."""
STATE = 64 * MB
"""For the ledger's journal, a nginx configuration and a copy of each release."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a deployment needs, as far as it can be known beforehand."""

    pulls: Sequence[int]
    """For each image to pull, the bytes that the service's image takes now; 0 where there is none."""
    memory: Mapping[str, int]
    """Bytes for the second copy of each service, all replicas together."""


def no_room(room: Room, needs: Needs) -> str:
    """Say which disk is too full, with the numbers; nothing while there is room."""
    images = WRITTEN + sum(round(size * UNPACKING) or UNKNOWN for size in needs.pulls)
    if room.images is not None and room.images < images:
        pull = f"to pull {len(needs.pulls)} image{'s' * (len(needs.pulls) != 1)} and " if needs.pulls else ""
        return (
            f"{_shown(room.images)} are free at {room.images_at}, where Docker keeps images and containers,"
            f" and about {_shown(images)} are needed {pull}to run"
        )
    if room.state < STATE:
        return f"{_shown(room.state)} are free at {room.state_at}, and {_shown(STATE)} are needed to keep records"
    return ""


def no_memory(room: Room, needs: Needs) -> str:
    """Say how much memory is missing for the second copies; nothing while it suffices."""
    total = sum(needs.memory.values())
    if room.memory is None or room.memory >= total:
        return ""
    parts = ", ".join(f"{service} {_shown(size)}" for service, size in needs.memory.items())
    return (
        f"{_shown(room.memory)} of memory are available, and the second copies need {_shown(total)} while both run"
        f" ({parts})"
    )


def _shown(size: int) -> str:
    return f"{size / GB:.1f} GB" if size >= GB else f"{size / MB:.0f} MB"
