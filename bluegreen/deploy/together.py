"""Side by side: independent calls at the same time, within a limit."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
PARALLEL = 8


def together(calls: Iterable[Callable[[], T]]) -> list[T]:
    """Make all calls, wait for all to end, return their results; the first failure is raised at the end."""
    todo = list(calls)
    if len(todo) <= 1:
        return [call() for call in todo]
    with ThreadPoolExecutor(min(PARALLEL, len(todo))) as pool:
        futures = [pool.submit(call) for call in todo]
    return [future.result() for future in futures]
