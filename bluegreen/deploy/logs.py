"""What the containers that serve print, all of them in one stream."""

import threading
from collections.abc import Iterator, Sequence
from queue import SimpleQueue

from bluegreen.deploy.current import current
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.errors import BluegreenError, ConfigError, DeploymentFailed
from bluegreen.model.service import Kind


def lines(workspace: Workspace, service: str, tail: int, *, follow: bool = False) -> Iterator[str]:
    """Yield log lines of a service's live color, each behind its container's name.

    `tail` is the number of past lines per container; `follow` goes on until the containers end. Raises ConfigError
    for an unknown service, DeploymentFailed where no container is there, EngineError.
    """
    names = _containers(workspace, service)
    streams = [_named(name, workspace.engine.logs(name, tail, follow=follow)) for name in names]
    return _merged(streams) if follow and len(streams) > 1 else (line for stream in streams for line in stream)


def _containers(workspace: Workspace, service: str) -> list[str]:
    project = workspace.project
    if service not in project.services:
        raise ConfigError(f"there is no service {service}", f"services.yaml has: {', '.join(project.services)}")
    if project.services[service].kind is Kind.DATABASE:
        return [service]
    containers = workspace.apps()
    color = current(workspace, workspace.proxy.view(), containers)[service].color
    names = [c.name for c in containers if c.service == service and c.color is color]
    if not names:
        raise DeploymentFailed(f"{service} has no container", "run: bluegreen status")
    return sorted(names, key=lambda name: (len(name), name))


def _named(name: str, stream: Iterator[str]) -> Iterator[str]:
    return (f"{name} | {line}" for line in stream)


def _merged(streams: Sequence[Iterator[str]]) -> Iterator[str]:
    """Yield lines in the order in which they come; a stream that breaks ends the others with its error."""
    queue: SimpleQueue[str | BluegreenError | None] = SimpleQueue()
    for stream in streams:
        threading.Thread(target=_feed, args=(stream, queue), daemon=True).start()
    open_streams = len(streams)
    while open_streams:
        match queue.get():
            case None:
                open_streams -= 1
            case BluegreenError() as error:
                raise error
            case str() as line:
                yield line


def _feed(stream: Iterator[str], queue: "SimpleQueue[str | BluegreenError | None]") -> None:
    try:
        for line in stream:
            queue.put(line)
    except BluegreenError as error:
        queue.put(error)
    queue.put(None)
