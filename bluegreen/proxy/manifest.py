"""What a generation was made from, kept beside its text."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any

from bluegreen.model.color import Color
from bluegreen.model.routing import Slot
from bluegreen.proxy.processes import Process

Slots = Mapping[str, Mapping[Color, Slot]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation: what its slots hold, how its text must read, and who was there before it."""

    generation: int
    slots: Slots
    sha256: Mapping[str, str]
    """By file of the generation: what it holds when nobody has changed it."""
    old_workers: tuple[Process, ...] = field(default=())
    """The nginx workers that ran when this generation was loaded."""

    def holds(self, contents: Mapping[str, bytes]) -> bool:
        """Whether the generation consists of exactly these files."""
        return self.sha256 == {name: digest(content) for name, content in contents.items()}

    def after(self, workers: tuple[Process, ...]) -> "Manifest":
        """Return the manifest with the workers that are old once this generation serves."""
        return replace(self, old_workers=workers)

    def to_json(self) -> bytes:
        """Write it down."""
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Manifest":
        """Read it back. Raises ValueError, KeyError or TypeError when it is damaged."""
        raw = json.loads(data)
        return cls(
            int(raw["generation"]),
            {name: {Color(color): _slot(slot) for color, slot in held.items()} for name, held in raw["slots"].items()},
            {str(name): str(digest) for name, digest in raw["sha256"].items()},
            tuple(Process(int(worker["pid"]), int(worker["started"])) for worker in raw["old_workers"]),
        )


def digest(content: bytes) -> str:
    """Return what a manifest says of a file."""
    return sha256(content).hexdigest()


def _slot(raw: Mapping[str, Any]) -> Slot:
    return Slot(tuple(raw["servers"]), tuple(raw["backup"]))
