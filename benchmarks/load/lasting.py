"""Connections that stay open as long as the load goes on: what streams and WebSockets have in common."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from benchmarks.load.answer import HEAD_END, BadAnswer, Head
from benchmarks.load.attempt import Attempt
from benchmarks.load.connection import CONNECT_SECONDS, tls
from benchmarks.load.crew import Crew
from benchmarks.load.frames import BadFrame
from benchmarks.load.message import request
from benchmarks.load.plan import Group
from benchmarks.load.samples import Outcome

PAUSE = 0.05
"""Seconds from the start of one connection to the start of the next, at least."""


class Silence(Exception):
    """Nothing came in time."""


class Lasting(ABC):
    """One client that opens one connection after the other, and writes down how each ended."""

    status: int
    """The answer that opens it."""

    def __init__(self, crew: Crew, group: Group, headers: Mapping[str, str]) -> None:
        self.crew = crew
        self.group = group
        self.side = crew.recorder.side[group.label]
        self._headers = headers

    @abstractmethod
    async def live(self, head: Head) -> Outcome:
        """Use the connection to its good end: `ANSWERED` if we ended it, `ENDED` if the server did.

        Raises `Silence`, or what tells of a cut.
        """

    async def run(self) -> None:
        """Go on until the load stops."""
        async for _ in self.crew.turns(PAUSE):
            await self._connect(Attempt(self.crew.recorder, self.group.label, self.crew.next_id()))

    async def came(self, coming: asyncio.Future[Any]) -> bool:
        """Wait for something as long as the load goes on; say whether it came.

        Raises `Silence`.
        """
        stopping = self.crew.stopping
        await asyncio.wait((coming, stopping), timeout=self.group.timeout, return_when=asyncio.FIRST_COMPLETED)
        if not coming.done() and not stopping.done():
            raise Silence(f"silent for {self.group.timeout} s")
        return coming.done()

    async def _connect(self, attempt: Attempt) -> None:
        target = self.crew.target
        name = target.named.partition(":")[0] if target.tls else None
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                opened = await asyncio.open_connection(*target.address, ssl=tls(target), server_hostname=name)
        except OSError as error:
            attempt.lost(Outcome.REFUSED, f"connect: {error!r}")
            return
        self.reader, self.writer = opened
        await self._use(attempt)
        self.writer.close()

    async def _use(self, attempt: Attempt) -> None:
        headers = {**self.group.headers, "X-Load-Id": attempt.id, **self._headers}
        self.writer.write(request(self.crew.target, "GET", self.group.path, headers))
        try:
            head = await self._head()
            if head.status == self.status:
                attempt.ended(await self._live(head), head)
            else:
                attempt.refused_by_status(head)
        except Silence as silence:
            attempt.lost(Outcome.TIMED_OUT, str(silence))
        except (asyncio.IncompleteReadError, BadAnswer, BadFrame, OSError) as error:
            attempt.lost(Outcome.CLOSED, f"cut: {error!r}")

    async def _head(self) -> Head:
        try:
            async with asyncio.timeout(self.group.timeout):
                text = await self.reader.readuntil(HEAD_END)
        except TimeoutError:
            raise Silence(f"no answer within {self.group.timeout} s") from None
        return Head.parse(text.removesuffix(HEAD_END))

    async def _live(self, head: Head) -> Outcome:
        self.crew.recorder.open += 1
        try:
            return await self.live(head)
        finally:
            self.crew.recorder.open -= 1
