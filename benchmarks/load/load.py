"""A load within this event loop."""

from types import TracebackType
from typing import Self

from benchmarks.load.plan import Plan, Target
from benchmarks.load.recorder import Progress
from benchmarks.load.report import Report


class Load:
    """Clients at work from `async with` on, until the plan's bounds or the end of the block."""

    def __init__(self, target: Target, plan: Plan) -> None:
        self.target = target
        self.plan = plan

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError

    def mark(self, name: str) -> None:
        """Note in the report that something happens now."""
        raise NotImplementedError

    def progress(self) -> Progress:
        """The load so far."""
        raise NotImplementedError

    def stop(self) -> None:
        """Begin no more requests; those that are on their way are waited for."""
        raise NotImplementedError

    async def finished(self) -> Report:
        """Wait until the last request has its outcome."""
        raise NotImplementedError
