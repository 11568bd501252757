"""The watch over all new containers of a deployment."""

from collections.abc import Callable, Hashable
from importlib import import_module
from threading import Lock, Thread

from bluegreen.health.vigil import Vigil
from bluegreen.model.container import Container, Heard
from bluegreen.model.ports import Engine, ProbeAnswer, Subscription, Verdict
from bluegreen.model.service import Service


class HealthWatch:
    """Says, for each key, whether its containers are healthy: before the cutover and, as the bake, after it.

    A verdict becomes healthy once, when every container has passed, and failed once, before or after that.
    `wake` is called, from another thread, whenever one does.
    """

    def __init__(self, engine: Engine, wake: Callable[[], None]) -> None:
        self._engine = engine
        self._wake = wake
        self._vigils: dict[Hashable, tuple[Vigil, ...]] = {}
        self._subscription: Subscription | None = None
        self._lock = Lock()
        # The import takes a tenth of a second; the start of the first container hides it.
        Thread(target=import_module, args=("bluegreen.health.http",), daemon=True).start()

    def watch(self, key: Hashable, service: Service, containers: tuple[Container, ...]) -> None:
        """Start watching, and return at once; what is watched already stays so. Raises EngineError."""
        with self._lock:
            known = self._vigils.get(key, ())
            if containers and {vigil.container.id for vigil in known} == {container.id for container in containers}:
                return
            self._subscription = self._subscription or self._engine.listen(self._heard)
            _end(known)
            vigils = tuple(Vigil(self._engine, service, container, self._wake) for container in containers)
            self._vigils[key] = vigils
        for vigil in vigils:
            vigil.begin()

    def verdict(self, key: Hashable) -> Verdict:
        """Return what is known now; undecided for a key that is not watched."""
        vigils = self._vigils.get(key, ())
        if not vigils:
            return Verdict()
        verdicts = [vigil.verdict for vigil in vigils]
        failed = next((verdict for verdict in verdicts if verdict.failed), Verdict())
        return Verdict(
            healthy=all(verdict.healthy for verdict in verdicts),
            failed=failed.failed,
            answers=tuple(answer for vigil in vigils for answer in _answers(vigil, alone=len(vigils) == 1)),
            log=failed.log,
        )

    def forget(self, key: Hashable) -> None:
        """Watch these containers no more: they are about to be stopped on purpose."""
        with self._lock:
            _end(self._vigils.pop(key, ()))

    def close(self) -> None:
        """End all threads; one that waits for an answer ends by itself when that comes or times out."""
        with self._lock:
            vigils = tuple(vigil for vigils in self._vigils.values() for vigil in vigils)
            subscription, self._subscription = self._subscription, None
            self._vigils = {}
        _end(vigils)
        if subscription:
            subscription.close()
        for vigil in vigils:
            vigil.join()

    def _heard(self, heard: Heard) -> None:
        for vigils in tuple(self._vigils.values()):
            for vigil in vigils:
                if vigil.container.name == heard.name:
                    vigil.heard(heard)


def _end(vigils: tuple[Vigil, ...]) -> None:
    for vigil in vigils:
        vigil.end()


def _answers(vigil: Vigil, *, alone: bool) -> tuple[ProbeAnswer, ...]:
    answers = vigil.verdict.answers
    if alone:
        return answers
    return tuple(ProbeAnswer(f"{vigil.container.name}: {a.probe}", a.ok, a.text) for a in answers)
