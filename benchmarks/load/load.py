"""A load within this event loop."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

from benchmarks.load.crew import Crew
from benchmarks.load.figures import Mark
from benchmarks.load.plan import Fresh, Group, KeepAlive, Plan, Preconnected, Stream, Target, Upload, WebSocket
from benchmarks.load.recorder import Progress, Recorder
from benchmarks.load.report import Report
from benchmarks.load.requests import fresh, keep_alive, preconnected, uploads
from benchmarks.load.stream import StreamReader
from benchmarks.load.websocket import EchoClient


class Load:
    """Clients at work from `async with` on, until the plan's bounds or the end of the block."""

    def __init__(self, target: Target, plan: Plan) -> None:
        self.target = target
        self.plan = plan
        self._marks: list[Mark] = []

    async def __aenter__(self) -> Self:
        self._recorder = Recorder(self.plan)
        self._crew = Crew(self.target, self.plan, self._recorder)
        clients = [self.client(self._crew, group) for group in self.plan.groups for _ in range(group.count)]
        self._clients = asyncio.gather(*clients)
        self._bound = asyncio.get_running_loop().call_later(self.plan.seconds, self.stop)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        await self.finished()

    def client(self, crew: Crew, group: Group) -> Coroutine[Any, Any, None]:
        """One client of a group, at work until the load stops; a subclass may have kinds of its own."""
        return client(crew, group)

    def mark(self, name: str) -> None:
        """Note in the report that something happens now."""
        self._marks.append(Mark(self._recorder.now(), name))

    def progress(self) -> Progress:
        """The load so far."""
        return self._recorder.progress()

    def stop(self) -> None:
        """Begin no more requests; those that are on their way are waited for."""
        self._bound.cancel()
        self._crew.stop()

    async def finished(self) -> Report:
        """Wait until the plan's bounds end the load and the last request has its outcome."""
        await self._clients
        self._bound.cancel()
        self.report = replace(self._recorder.report(), marks=tuple(self._marks))
        return self.report


def client(crew: Crew, group: Group) -> Coroutine[Any, Any, None]:
    """One client of a group, at work until the load stops.

    Raises `TypeError` for a group of no known kind.
    """
    match group:
        case KeepAlive():
            return keep_alive(crew, group)
        case Fresh():
            return fresh(crew, group)
        case Preconnected():
            return preconnected(crew, group)
        case Upload():
            return uploads(crew, group)
        case Stream():
            return StreamReader(crew, group).run()
        case WebSocket():
            return EchoClient(crew, group).run()
        case _:
            raise TypeError(f"no client for {group!r}")
