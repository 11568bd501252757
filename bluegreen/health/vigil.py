"""The watch over one container."""

import time
from collections.abc import Callable
from contextlib import closing, suppress
from threading import Event, Lock, Thread

from bluegreen.health.pace import Pace
from bluegreen.health.probes import Probes
from bluegreen.model.container import OUT_OF_MEMORY, Container, Happening, Heard, Vitals
from bluegreen.model.errors import EngineError, EngineGone
from bluegreen.model.ports import Engine, ProbeAnswer, Verdict
from bluegreen.model.service import Service

Answers = tuple[ProbeAnswer, ...]

KNOCKS = {"ceiling": 0.05, "first": 0.01, "factor": 1.05}
"""A port is found open within a twentieth of the time that it took to open."""
EXAMINE_PAUSE = 0.25
PATIENCE = 3
"""So many failed rounds in a row end the health of a container that was well."""
_LOG_LINES = 20
_JOIN = 0.2


class Vigil:
    """Probes one container until it is healthy, then on until it fails; calls `changed` at both moments."""

    def __init__(self, engine: Engine, service: Service, container: Container, changed: Callable[[], None]) -> None:
        self._engine = engine
        self._service = service
        self._container = container
        self._changed = changed
        self._verdict = Verdict()
        self._before: Vitals | None = None
        self._address = container.address
        self._examined = 0.0
        self._deadline = time.monotonic() + service.health.deadline
        self._nudge = Event()
        self._over = Event()
        self._lock = Lock()
        self._thread = Thread(target=self._run, name=f"health of {container.name}", daemon=True)

    @property
    def container(self) -> Container:
        """Whom it watches."""
        return self._container

    @property
    def verdict(self) -> Verdict:
        """What is known now."""
        return self._verdict

    def begin(self) -> None:
        """Start watching, in the background."""
        self._thread.start()

    def heard(self, heard: Heard) -> None:
        """Take notice of what the engine tells, at once: a probe may be waiting for an answer that never comes."""
        match heard.happening:
            case Happening.OUT_OF_MEMORY:
                self._fail(OUT_OF_MEMORY)
            case Happening.DIED | Happening.STARTED:
                self._examine(heard.exit_status)
            case Happening.UNHEALTHY if self._verdict.healthy and self._service.health.docker:
                self._fail("turned unhealthy by its HEALTHCHECK")
            case Happening.UNHEALTHY | Happening.HEALTHY:
                self._nudge.set()

    def end(self) -> None:
        """Watch no more; a probe under way may still end by itself."""
        self._over.set()
        self._nudge.set()

    def join(self) -> None:
        """Wait a moment for the thread to end."""
        self._thread.join(_JOIN)

    def _run(self) -> None:
        self._examine()
        with closing(Probes(self._engine, self._service, self._container.name)) as probes:
            self._reach(probes)
            self._keep(probes)

    def _reach(self, probes: Probes) -> None:
        """Probe until enough rounds in a row went well."""
        pace, knocks, successes = Pace(self._service.health.interval), Pace(**KNOCKS), 0
        while not self._over.is_set():
            refusal = self._refusal(probes)
            answers = (refusal,) if refusal else self._ask(probes)
            well = bool(answers) and all(answer.ok for answer in answers)
            successes = successes + 1 if well else 0
            if successes >= self._service.health.success_threshold:
                self._conclude(Verdict(healthy=True, answers=answers))
                return
            self._note(answers)
            self._look_after(answers)
            pause = knocks.after(ok=False) if refusal else pace.after(ok=well)
            self._sleep(min(pause, max(self._deadline - time.monotonic(), 0)))

    def _keep(self, probes: Probes) -> None:
        """Go on probing; what was healthy fails when it dies, or after too many bad rounds in a row."""
        failures = 0
        while True:
            self._sleep(self._service.health.interval)
            self._examine()
            if self._over.is_set():
                return
            answers = self._ask(probes)
            if not answers:
                continue
            failures = 0 if all(answer.ok for answer in answers) else failures + 1
            self._note(answers)
            if failures >= PATIENCE:
                self._fail(f"turned unhealthy: {_worst(answers)}")

    def _refusal(self, probes: Probes) -> ProbeAnswer | None:
        if not self._address:
            self._examine()
        return probes.refusal(self._address) if self._address else ProbeAnswer("address", ok=False, text="none yet")

    def _ask(self, probes: Probes) -> Answers:
        """Ask everything; an engine that is gone says nothing of the container."""
        with suppress(EngineGone):
            return probes.ask(self._address or "", self._service.health.timeout)
        return ()

    def _look_after(self, answers: Answers) -> None:
        now, health = time.monotonic(), self._service.health
        if now >= self._deadline:
            worst = _worst(answers) or f"fewer than {health.success_threshold} good answers in a row"
            self._fail(f"is not healthy after {health.deadline:g} s: {worst}")
        elif now - self._examined >= EXAMINE_PAUSE and not all(answer.ok for answer in answers):
            self._examine()

    def _examine(self, heard: int | None = None) -> None:
        """Fail at once where the container has died or restarted since the first look."""
        self._examined = time.monotonic()
        try:
            vitals = self._engine.inspect(self._container.name)
        except EngineError:
            self._fail_if_gone()
            return
        with self._lock:
            self._before = self._before or vitals
            self._address = vitals.address or self._address
        if reason := vitals.died(self._before, heard):
            self._fail(reason)

    def _fail_if_gone(self) -> None:
        with suppress(EngineError):
            if self._engine.find(self._container.name) is None:
                self._fail("was removed")

    def _fail(self, reason: str) -> None:
        if self._over.is_set():
            return
        log: tuple[str, ...] = ()
        with suppress(EngineError):
            log = tuple(self._engine.logs(self._container.name, tail=_LOG_LINES))
        failed = f"{self._container.name} {reason}"
        self._conclude(Verdict(failed=failed, answers=self._verdict.answers, log=log))

    def _note(self, answers: Answers) -> None:
        with self._lock:
            if not self._verdict.failed:
                self._verdict = Verdict(healthy=self._verdict.healthy, answers=answers)

    def _conclude(self, verdict: Verdict) -> None:
        with self._lock:
            if self._verdict.failed or self._over.is_set():
                return
            self._verdict = verdict
        if verdict.failed:
            self.end()
        self._changed()

    def _sleep(self, seconds: float) -> None:
        self._nudge.wait(seconds)
        if not self._over.is_set():
            self._nudge.clear()


def _worst(answers: Answers) -> str:
    return next((f"{answer.probe}: {answer.text}" for answer in answers if not answer.ok), "")
