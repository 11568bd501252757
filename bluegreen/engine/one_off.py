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
    late = Event()
    deadline = time.monotonic() + timeout
    timer = Timer(timeout, _kill, (client, container, late))
    timer.daemon = True
    with engine_words(f"run container {container.name}"), closing(_attach(client, container, timeout)) as output:
        if container.state is State.CREATED:
            start()
        timer.start()
        try:
            for text in lines(output):
                line(text)
            left = max(math.ceil(deadline - time.monotonic()), 0)
            status = client.wait(container.id, timeout=left + _LINGER)["StatusCode"]
            killed = client.inspect_container(container.id)["State"]["OOMKilled"]
        finally:
            timer.cancel()
    if late.is_set():
        raise EngineError(f"the command did not end within {timeout:g} s and was killed ({container.name})")
    if killed:
        line("(killed by the kernel: out of memory)")
    return int(status)


def _attach(client: APIClient, container: Container, timeout: float) -> Stream[Frame]:
    fresh = container.state is State.CREATED
    query = {"stdout": 1, "stderr": 1, "logs": int(not fresh), "stream": int(fresh or container.running)}
    response = opened(client, f"POST /containers/{container.id}/attach", timeout + _LINGER, query)
    return Stream(response, frames(response))


def _kill(client: APIClient, container: Container, late: Event) -> None:
    late.set()
    try:
        client.kill(container.id)
    except (APIError, RequestException):
        return
