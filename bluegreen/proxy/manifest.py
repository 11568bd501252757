"""What a generation was made from, kept beside its text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256

from pydantic import TypeAdapter

from bluegreen.model.color import Color
from bluegreen.model.routing import Slot
from bluegreen.proxy.processes import Process

Slots = Mapping[str, Mapping[Color, Slot]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation: what its slots hold, how its files must read, and who was there before it."""

    generation: int
    slots: Slots
    sha256: Mapping[str, str]
    """By file of the generation: what it holds while nobody has changed it."""
    old_workers: tuple[Process, ...] = ()
    """The nginx workers that ran when this generation was loaded."""

    def holds(self, contents: Mapping[str, bytes]) -> bool:
        """Whether the generation consists of exactly these files."""
        return self.sha256 == {name: digest(content) for name, content in contents.items()}

    def after(self, workers: tuple[Process, ...]) -> "Manifest":
        """Return the manifest with the workers that are old once this generation serves."""
        return replace(self, old_workers=workers)

    def to_json(self) -> bytes:
        """Write it down."""
        return _adapter().dump_json(self, indent=1)

    @classmethod
    def from_json(cls, data: bytes | str) -> "Manifest":
        """Read it back. Raises ValueError when it is damaged."""
        return _adapter().validate_json(data)


def digest(content: bytes) -> str:
    """Return what a manifest says of a file."""
    return sha256(content).hexdigest()


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)
