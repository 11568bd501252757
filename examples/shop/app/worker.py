"""The worker role: takes new orders, a batch at a time, and handles each once."""

import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from .knobs import Knobs
from .orders import Database

BEAT = 0.5
BATCH = 200
CLAIM = f"""
UPDATE orders SET state = 'running' WHERE id IN (
    SELECT id FROM orders WHERE state = 'new' LIMIT {BATCH} FOR UPDATE SKIP LOCKED
) RETURNING id
"""
FINISH = "UPDATE orders SET state = 'done', handled = handled + 1 WHERE id = ANY(%s)"


class Jobs(Protocol):
    """Where work comes from."""

    def claim(self) -> list[str]:
        """Take some; nobody else gets them."""
        ...

    def finish(self, jobs: Iterable[str]) -> None:
        """They are done."""
        ...


class Ticks:
    """Work without a database: there is always one thing to do."""

    def claim(self) -> list[str]:
        """Take the next."""
        return ["tick"]

    def finish(self, jobs: Iterable[str]) -> None:
        """Nothing remains of it."""


class NewOrders:
    """Orders in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self) -> list[str]:
        """Take some new orders."""
        return [order for (order,) in self._database.run(CLAIM)]

    def finish(self, jobs: Iterable[str]) -> None:
        """Mark them handled."""
        self._database.run(FINISH, (list(jobs),))


class Worker:
    """Works until it is told to stop, and finishes the job in hand."""

    def __init__(self, knobs: Knobs, jobs: Jobs) -> None:
        self._knobs = knobs
        self._jobs = jobs
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Take no more jobs."""
        self._stopping.set()

    def run(self) -> None:
        """Work."""
        release = self._knobs.release
        self._stopping.wait(self._knobs.ready_delay)
        print(f"{release} works", flush=True)
        while not self._stopping.is_set():
            self._beat()
            if jobs := self._jobs.claim():
                print(f"{release} begins {len(jobs)}", flush=True)
                self._work()
                self._jobs.finish(jobs)
                print(f"{release} finished {len(jobs)}", flush=True)
            else:
                self._stopping.wait(BEAT)
        print(f"{release} has drained", flush=True)

    def _work(self) -> None:
        end = time.monotonic() + self._knobs.job_seconds
        while (left := end - time.monotonic()) > 0:
            # a job in hand is finished even when it is time to go
            time.sleep(min(left, BEAT))
            self._beat()

    def _beat(self) -> None:
        if not self._knobs.fail_health:
            Path(self._knobs.heartbeat_file).touch()
