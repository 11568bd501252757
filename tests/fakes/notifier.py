"""Remembers what others would have been told."""

from bluegreen.model.notice import Notice


class FakeNotifier:
    """Takes every notice."""

    def __init__(self, undelivered: tuple[str, ...] = ()) -> None:
        self.all: list[Notice] = []
        self.undelivered = undelivered

    def tell(self, notice: Notice) -> None:
        self.all.append(notice)

    def close(self) -> tuple[str, ...]:
        return self.undelivered
