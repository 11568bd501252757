"""What the engine says of itself and its machine: the slowest of its answers, asked for once."""

from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from threading import Thread
from typing import Any

from docker import APIClient


def described(client: APIClient) -> Mapping[str, Any]:
    """Return the engine's description, which doesn't change while a command runs; asked for again after a failure."""
    try:
        return _asked(client).result()
    except Exception:
        _asked.cache_clear()
        raise


@cache
def _asked(client: APIClient) -> "Future[Mapping[str, Any]]":
    """Ask in the background: whoever comes first, all wait for the one answer."""
    future: Future[Mapping[str, Any]] = Future()
    Thread(target=_ask, args=(client, future), name="engine's description", daemon=True).start()
    return future


def _ask(client: APIClient, future: "Future[Mapping[str, Any]]") -> None:
    try:
        future.set_result(client.info())
    except BaseException as error:  # noqa: BLE001 - raised where the answer is wanted
        future.set_exception(error)
