"""Seals in memory."""


class FakeSeals:
    """Implements Seals."""

    def __init__(self) -> None:
        self.all: dict[int, str] = {}

    def seal(self, generation: int, manifest: str) -> None:
        self.all[generation] = manifest

    def sealed(self, generation: int) -> str:
        return self.all.get(generation, "")
