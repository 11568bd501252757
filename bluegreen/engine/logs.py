"""A container's log."""

from collections.abc import Iterator
from contextlib import closing

from docker import APIClient

from bluegreen.engine.client import engine_words
from bluegreen.engine.observed import Answer
from bluegreen.engine.stream import Stream, frames, lines, opened, unframed


def log_lines(client: APIClient, container: Answer, tail: int | None, since: float, *, follow: bool) -> Iterator[str]:
    """Yield the lines of an inspected container's log, and go on as long as it runs with `follow`."""
    query: dict[str, str | float] = {
        "stdout": 1,
        "stderr": 1,
        "follow": int(follow),
        "tail": "all" if tail is None else tail,
        "since": since,
    }
    what = f"read the log of container {container['Name'].removeprefix('/')}"
    with engine_words(what):
        silence = None if follow else client.timeout
        response = opened(client, f"GET /containers/{container['Id']}/logs", silence, query)
    pieces = unframed(response) if container["Config"]["Tty"] else frames(response)
    with closing(Stream(what, response, pieces)) as stream:
        yield from lines(stream)
