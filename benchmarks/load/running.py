"""A load in a process of its own, from code that is not asynchronous."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.load.plan import Plan, Target
from benchmarks.load.recorder import Progress
from benchmarks.load.report import Report


class Running:
    """A load that runs in another process."""

    report: Report
    """The result; there once the load has ended."""

    def mark(self, name: str) -> None:
        """Note in the report that something happens now."""
        raise NotImplementedError

    def progress(self) -> Progress:
        """The load as it was at most a fifth of a second ago."""
        raise NotImplementedError

    def wait_for_answers(self, count: int = 1, within: float = 10.0) -> None:
        """Wait until that many more requests have been answered.

        Raises `TimeoutError` with what was seen instead.
        """
        raise NotImplementedError

    def wait_for_release(self, release: str, within: float = 10.0) -> None:
        """Wait until a release has answered.

        Raises `TimeoutError` with what was seen instead.
        """
        raise NotImplementedError

    def stop(self) -> Report:
        """Begin no more requests, wait for those on their way."""
        raise NotImplementedError


@contextmanager
def running(target: Target, plan: Plan) -> Iterator[Running]:
    """Run a load beside the block; when the block ends, so does the load, and `report` is there."""
    raise NotImplementedError
