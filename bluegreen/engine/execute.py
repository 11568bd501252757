"""A command in a running container."""

import os
import time
from contextlib import closing, suppress
from pathlib import Path
from signal import SIGKILL
from threading import Timer
from typing import Any

from docker import APIClient

from bluegreen.engine.client import engine_words
from bluegreen.engine.stream import Frame, Stream, frames, opened
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import Output
from bluegreen.model.text import harmless

_LONGEST = 64 * 1024
_POLL = 0.005
_ATTACHED = {"Detach": False, "Tty": False}


def execute(client: APIClient, name: str, argv: tuple[str, ...], timeout: float) -> Output:
    """Run `argv` in the container `name`. Raises EngineError when it has not ended after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    what = f"run {argv[0]} in container {name}"
    with engine_words(what):
        identity = client.exec_create(name, list(argv))["Id"]
        response = opened(client, f"POST /exec/{identity}/start", timeout + client.timeout, body=_ATTACHED)
        with closing(Stream(what, response, frames(response))) as stream:
            text = _tail(stream, deadline)
        ended = _ended(client, identity, deadline)
    if ended["Running"]:
        _kill(ended)
        raise EngineError(f"{argv[0]} in container {name} did not end within {timeout:g} s")
    return Output(ended["ExitCode"], harmless(text.decode(errors="replace")))


def _tail(stream: Stream[Frame], deadline: float) -> bytes:
    timer = Timer(max(deadline - time.monotonic(), 0), stream.cut)
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


def _kill(command: dict[str, Any]) -> None:
    """The engine can't kill a command; we can, where its process is seen from here to be that container's."""
    pid, container = command["Pid"], command["ContainerID"]
    with suppress(OSError):
        if container in Path(f"/proc/{pid}/cgroup").read_text():
            os.kill(pid, SIGKILL)
