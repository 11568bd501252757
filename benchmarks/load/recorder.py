"""Where the clients write down what became of each request, while the load runs."""

import math
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from benchmarks.load.figures import Side
from benchmarks.load.plan import Plan, Stream, WebSocket
from benchmarks.load.report import Report
from benchmarks.load.samples import Failure, Outcome, Sample, Samples

FAILURES_KEPT = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """The load so far."""

    at: float
    """Seconds since the start."""
    answered: int
    lost: int
    open: int
    """Streams and WebSockets that are open now."""
    releases: Mapping[str, int]
    """Answers by release, in the order of their first answers."""
    latest: str
    """The release of the last answer."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(**data)


class Recorder:
    """One per load; the clock starts when it is made."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.started = time.monotonic()
        self.side = {group.label: Side() for group in plan.groups}
        self.open = 0
        self._stopped = math.inf
        self._samples = Samples()
        self._failures: list[Failure] = []
        self._lost = 0
        self._releases: Counter[str] = Counter()
        self._latest = ""

    def now(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def stopped(self) -> None:
        """No more requests are begun."""
        self._stopped = min(self._stopped, self.now())

    def answered(self, sample: Sample) -> None:
        """Write down an answer, right or not."""
        self._samples.add(sample)
        if sample.outcome is Outcome.ANSWERED:
            self._releases[sample.release] += 1
            self._latest = sample.release

    def lost(self, sample: Sample, request_id: str, what: str) -> None:
        """Write down a lost request, and how."""
        self._samples.add(sample)
        self._lost += 1
        if len(self._failures) < FAILURES_KEPT:
            self._failures.append(Failure(sample.at, sample.group, request_id, what))

    def progress(self) -> Progress:
        """The load so far."""
        answered = self._releases.total()
        return Progress(self.now(), answered, self._lost, self.open, dict(self._releases), self._latest)

    def report(self) -> Report:
        """Everything, once the last client has ended."""
        lasting = tuple(group.label for group in self._plan.groups if isinstance(group, Stream | WebSocket))
        return Report(self.started, self._stopped, self.now(), self._samples, self.side, lasting, tuple(self._failures))
