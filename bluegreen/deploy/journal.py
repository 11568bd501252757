"""Record, then tell: every step of a deployment, in the ledger and to whoever watches."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bluegreen.deploy.reporter import Event, Phase, Reporter
from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.records import StepRecord
from bluegreen.model.errors import BluegreenError
from bluegreen.model.ports import Verdict

Begun = tuple[int, StepRecord]


class Journal:
    """The steps of one deployment."""

    def __init__(self, ledger: Ledger, deployment: str, reporter: Reporter) -> None:
        self._ledger = ledger
        self._deployment = deployment
        self._reporter = reporter
        self._waiting: dict[str, Begun] = {}
        self._health: dict[str, Begun] = {}
        self._settled: set[str] = set()

    @contextmanager
    def step(self, step: str, service: str = "", detail: str = "") -> Iterator[None]:
        """Record a step that is done within the block."""
        begun = self._begin(step, service, detail)
        try:
            yield
        except BluegreenError as error:
            self._end(begun, failed=True, detail=error.message, news=error.message)
            raise
        self._end(begun, failed=False, detail=detail, news="")

    def wait(self, step: str, detail: str) -> None:
        """Record that a step is waited for; what was waited for before is over."""
        self.waited(but=step)
        if step not in self._waiting:
            self._waiting[step] = self._begin(step, "", detail)
        else:
            self.note(step, detail)

    def waited(self, but: str = "", detail: str = "") -> None:
        """Record that nothing is waited for any more, `but` one step."""
        for step in [step for step in self._waiting if step != but]:
            self._end(self._waiting.pop(step), failed=False, detail=detail, news=detail)

    def health(self, service: str, verdict: Verdict) -> None:
        """Record a service's way to its first verdict: one step, with every new answer told."""
        if service in self._settled:
            return
        if service not in self._health:
            self._health[service] = self._begin("health", service, "")
        last = next((f"{a.probe}: {a.text}" for a in verdict.answers if not a.ok), "")
        if verdict.healthy or verdict.failed:
            self._settled.add(service)
            failed = verdict.failed or ""
            self._end(self._health.pop(service), failed=not verdict.healthy, detail=failed, news=failed)
        elif last:
            self.note("health", last, service)

    def note(self, step: str, detail: str, service: str = "") -> None:
        """Tell something new within a step."""
        self._reporter.tell(Event(time.time(), Phase.NOTE, step, service, detail))

    def _begin(self, step: str, service: str, detail: str) -> Begun:
        now = time.time()
        self._reporter.tell(Event(now, Phase.STARTED, step, service, detail))
        record = StepRecord(service, step, now, detail=detail)
        return self._ledger.step(self._deployment, record), record

    def _end(self, begun: Begun, *, failed: bool, detail: str, news: str) -> None:
        """Record `detail`; told is what the beginning did not say."""
        now = time.time()
        position, record = begun
        record = replace(record, ended_at=now, failed=failed, detail=detail)
        self._ledger.step_ended(self._deployment, position, record)
        phase = Phase.FAILED if failed else Phase.DONE
        self._reporter.tell(Event(now, phase, record.step, record.service, news, record.seconds))
