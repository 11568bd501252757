"""What all clients of a load share: whom to ask, when to stop, where to write down."""

import asyncio
import itertools
import random
import uuid
from collections.abc import AsyncIterator

from benchmarks.load.plan import Plan, Target
from benchmarks.load.recorder import Recorder


class Crew:
    """One per load."""

    def __init__(self, target: Target, plan: Plan, recorder: Recorder) -> None:
        self.target = target
        self.recorder = recorder
        self.stopping: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left = plan.requests
        self._ids = map(f"{uuid.uuid4().hex[:8]}-{{}}".format, itertools.count(1))

    def stop(self) -> None:
        """Begin no more requests."""
        if not self.stopping.done():
            self.recorder.stopped()
            self.stopping.set_result(None)

    def next_id(self) -> str:
        """An id that no other request has, in this load or any other."""
        return next(self._ids)

    async def turns(self, interval: float) -> AsyncIterator[None]:
        """A client's turns to make a request, so far apart; one that comes late is not made up for."""
        due = self.recorder.now() + interval * random.random()
        while await self.pause(due - self.recorder.now()) and self._take():
            # making up for lost turns would turn every pause of the server into a burst
            due = max(due + interval, self.recorder.now())
            yield

    async def pause(self, seconds: float) -> bool:
        """Wait; say whether the load still goes on."""
        if seconds > 0 and not self.stopping.done():
            await asyncio.wait((self.stopping,), timeout=seconds)
        return not self.stopping.done()

    def _take(self) -> bool:
        if self._left is None:
            return True
        self._left -= 1
        if self._left < 0:
            self.stop()
        return self._left >= 0
