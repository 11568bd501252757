"""Makes one request over a connection and writes down its outcome."""

from collections.abc import Awaitable, Callable

from benchmarks.load.attempt import Attempt
from benchmarks.load.connection import Connection, Cut, Refused
from benchmarks.load.crew import Crew
from benchmarks.load.plan import Group
from benchmarks.load.samples import Outcome

REFUSED_PAUSE = 0.05

Send = Callable[[Connection, str], Awaitable[None]]
"""Writes the request with this id; returns early once the answer is there."""


class Caller:
    """One client's way to make requests."""

    def __init__(self, crew: Crew, group: Group, send: Send, expect: str = "") -> None:
        self.cookies: dict[str, str] = {}
        self._crew = crew
        self._group = group
        self._send = send
        self._expect = expect

    async def connect(self) -> Connection | None:
        """Open a connection ahead of a request; one that can't be opened is a request refused."""
        attempt = self._attempt()
        try:
            return await Connection.open(self._crew.target)
        except Refused as refusal:
            await self._refused(attempt, refusal)
            return None

    async def call(self, connection: Connection | None = None) -> Connection | None:
        """Make one request, over a connection of its own if need be; return the connection if it can be used again."""
        attempt = self._attempt()
        try:
            connection = connection or await Connection.open(self._crew.target)
        except Refused as refusal:
            await self._refused(attempt, refusal)
            return None
        kept = await self._exchange(attempt, connection)
        # a connection with half an answer, or with more than one, would give the next request a wrong answer
        if not kept:
            connection.close()
        return connection if kept else None

    async def fit(self, connection: Connection) -> bool:
        """Whether an idle connection can carry the next request; if not, say in the report why."""
        if await connection.usable():
            return True
        side = self._crew.recorder.side[self._group.label]
        side.stray += connection.stray
        side.reconnects += not connection.stray
        connection.close()
        return False

    def _attempt(self) -> Attempt:
        return Attempt(self._crew.recorder, self._group.label, self._crew.next_id())

    async def _exchange(self, attempt: Attempt, connection: Connection) -> bool:
        try:
            await self._send(connection, attempt.id)
            if not await connection.wait(self._group.timeout):
                attempt.lost(Outcome.TIMED_OUT, f"no complete answer within {self._group.timeout} s")
                return False
        except Cut as cut:
            attempt.lost(Outcome.CLOSED, str(cut))
            return False
        attempt.answered(connection.answer, self._expect)
        self._keep_cookies(connection)
        attempt.side.stray += connection.stray
        return connection.answer.reusable and not connection.stray

    def _keep_cookies(self, connection: Connection) -> None:
        for cookie in connection.answer.head.cookies if connection.answer.head else ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value

    async def _refused(self, attempt: Attempt, refusal: Refused) -> None:
        attempt.lost(Outcome.REFUSED, str(refusal))
        await self._crew.pause(REFUSED_PAUSE)
