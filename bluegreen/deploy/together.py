"""Side by side: independent calls at the same time, within a limit."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")
PARALLEL = 8
QUESTIONS = 32
"""Of what only waits for an answer, so many at a time."""

Calls = SimpleQueue[tuple["Future[T]", Callable[[], T]]]


def together(calls: Iterable[Callable[[], T]], limit: int = PARALLEL) -> list[T]:
    """Make all calls, `limit` at once, wait for all to end, return their results; the first failure is raised then.

    Who is interrupted does not wait: the threads, unlike those of an executor, don't hold up the end of the process.
    """
    todo = list(calls)
    if len(todo) <= 1:
        return [call() for call in todo]
    queue: Calls[T] = SimpleQueue()
    futures: list[Future[T]] = [Future() for _ in todo]
    for pair in zip(futures, todo, strict=True):
        queue.put(pair)
    for _ in range(min(limit, len(todo))):
        Thread(target=_work, args=(queue,), name="together", daemon=True).start()
    wait(futures)
    return [future.result() for future in futures]


def _work(queue: Calls[T]) -> None:
    while True:
        try:
            future, call = queue.get_nowait()
        except Empty:
            return
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            future.set_exception(error)
