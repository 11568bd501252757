"""A command in a running container."""

import time
from contextlib import closing
from threading import Timer
from typing import Any

from docker import APIClient
from docker.types import CancellableStream

from bluegreen.engine.client import engine_words
from bluegreen.engine.stream import Frame, frames
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import Output
from bluegreen.model.text import harmless

_LONGEST = 64 * 1024
_POLL = 0.005


def execute(client: APIClient, name: str, argv: tuple[str, ...], timeout: float) -> Output:
    """Run `argv` in the container `name`. Raises EngineError when it has not ended after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    with engine_words(f"run {argv[0]} in container {name}"):
        identity = client.exec_create(name, list(argv))["Id"]
        with closing(_start(client, identity, timeout)) as stream:
            text = _tail(stream, deadline)
        ended = _ended(client, identity, deadline)
    if ended["Running"]:
        raise EngineError(f"{argv[0]} in container {name} did not end within {timeout:g} s")
    return Output(ended["ExitCode"], harmless(text.decode(errors="replace")))


def _start(client: APIClient, identity: str, timeout: float) -> "CancellableStream[Frame]":
    response = client.post(
        f"{client.base_url}/v{client.api_version}/exec/{identity}/start",
        json={"Detach": False, "Tty": False},
        stream=True,
        timeout=(client.timeout, timeout + client.timeout),
    )
    response.raise_for_status()
    return CancellableStream(frames(response), response)


def _tail(stream: "CancellableStream[Frame]", deadline: float) -> bytes:
    timer = Timer(max(deadline - time.monotonic(), 0), stream.close)
    timer.daemon = True
    timer.start()
    text = b""
    try:
        for _, piece in stream:
            text = (text + piece)[-_LONGEST:]
    finally:
        timer.cancel()
    return text


def _ended(client: APIClient, identity: str, deadline: float) -> dict[str, Any]:
    """The stream ends a moment before the engine knows the status."""
    while (answer := client.exec_inspect(identity))["Running"] and time.monotonic() < deadline:
        time.sleep(_POLL)
    return answer
