"""The two colors."""

from enum import StrEnum


class Color(StrEnum):
    """The slot that a release runs in."""

    BLUE = "blue"
    GREEN = "green"

    @property
    def other(self) -> "Color":
        """The opposite color."""
        return Color.GREEN if self is Color.BLUE else Color.BLUE
