"""A container that runs one command to its end."""

import math
import time
from collections.abc import Callable
from contextlib import closing
from threading import Event, Timer

from docker import APIClient
from docker.errors import APIError
from requests import RequestException

from bluegreen.engine.client import engine_words
from bluegreen.engine.stream import Frame, Stream, frames, lines, opened
from bluegreen.model.container import Container, State
from bluegreen.model.errors import EngineError

_LINGER = 10


def run(
    client: APIClient, container: Container, start: Callable[[], None], timeout: float, line: Callable[[str], None]
) -> int:
    """Start a created container, or take part in one that an earlier run left; pass on its lines, return its status.

    Attaching before the start misses no output, however short the command. Raises EngineError, after having killed
    the container, when it takes longer than `timeout` seconds.
    """
    what, late, deadline = f"run container {container.name}", Event(), time.monotonic() + timeout
    timer = Timer(timeout, _kill, (client, container, late))
    timer.daemon = True
    with closing(_attach(client, container, timeout, what)) as output:
        if container.state is State.CREATED:
            start()
        timer.start()
        try:
            for text in lines(output):
                line(text)
            status, hungry = _end(client, container, deadline, what)
        finally:
            timer.cancel()
    if late.is_set():
        raise EngineError(f"the command did not end within {timeout:g} s and was killed ({container.name})")
    if hungry:
        line("(killed by the kernel: out of memory)")
    return status


def _attach(client: APIClient, container: Container, timeout: float, what: str) -> Stream[Frame]:
    fresh = container.state is State.CREATED
    query = {"stdout": 1, "stderr": 1, "logs": int(not fresh), "stream": int(fresh or container.running)}
    with engine_words(what):
        response = opened(client, f"POST /containers/{container.id}/attach", timeout + _LINGER, query)
    return Stream(what, response, frames(response))


def _end(client: APIClient, container: Container, deadline: float, what: str) -> tuple[int, bool]:
    """Return the exit status, and whether the container ran out of memory."""
    left = max(math.ceil(deadline - time.monotonic()), 0)
    with engine_words(what):
        status = client.wait(container.id, timeout=left + _LINGER)["StatusCode"]
        return status, client.inspect_container(container.id)["State"]["OOMKilled"]


def _kill(client: APIClient, container: Container, late: Event) -> None:
    late.set()
    try:
        client.kill(container.id)
    except (APIError, RequestException):
        return
