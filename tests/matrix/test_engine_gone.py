"""The engine is gone for a while, at every change: a deployment waits for it, and goes on from what it finds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from bluegreen.deploy import runner
from bluegreen.model.deployment import Outcome
from bluegreen.model.errors import EngineGone, NeedsHuman
from tests.deploy.world import MIGRATING, SEVERAL, WEB, WORKER, Killer, World

AWAY = 0.1
MOST = 200


class Outage(Killer):
    """Has the engine go away before, or after, the k-th change, and come back soon."""

    def __init__(self, world: World, away: float = AWAY, silent: float = 0.0) -> None:
        super().__init__()
        self.struck = False
        self._world = world
        self._away = away
        self._silent = silent
        """Seconds in which it is there again, and answers nothing."""

    def change(self, verb: str, _name: str, act: Callable[[], object]) -> None:
        """Fail the call with the engine, though perhaps it has done what was asked."""
        with self._lock:
            self.count += 1
            before, after = self.count == self.before, self.count == self.after
            if before:
                self._go(verb)
            act()
            if after:
                self._go(verb)

    @contextmanager
    def around(self) -> Iterator[None]:
        """The ledger has no part in it."""
        yield

    def _go(self, verb: str) -> None:
        self.struck = True
        faults = self._world.engine.faults
        faults.engine_gone = True
        faults.engine_silent = bool(self._silent)
        Timer(self._away, setattr, (faults, "engine_gone", False)).start()
        Timer(self._away + self._silent, setattr, (faults, "engine_silent", False)).start()
        if verb not in ("reload", "switch", "up"):
            raise EngineGone("the Docker engine is gone: Connection refused")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "ENGINE_POLL", 0.02)


@pytest.mark.parametrize(
    ("services", "silent"),
    [
        ({"server": WEB}, 0.0),
        # as behind a socket that systemd opens before the engine does
        ({"server": WEB}, AWAY),
        (SEVERAL, 0.0),
        (MIGRATING, 0.0),
        ({"server": WEB, "worker": {**WORKER, "strategy": "stop-first"}}, 0.0),
    ],
    ids=["one service", "silent at first", "several", "release command", "worker"],
)
def test_a_deployment_outlasts_an_engine_that_restarts(
    services: dict[str, dict[str, object]], silent: float, folder: Path
) -> None:
    count = 0
    for k in range(1, MOST):
        for when in ("before", "after"):
            (folder / f"{k}-{when}").mkdir()
            world = World(folder / f"{k}-{when}", **services)
            world.deploy("1")
            world.killer = outage = Outage(world, silent=silent)
            outage.arm(**{when: k})
            report = world.deploy("2")
            if not outage.struck:
                print(f"the engine went away at {count} points")
                assert count > 8
                return
            count += 1
            assert report.outcome is Outcome.DEPLOYED, f"{k} {when}: {report.reason}"
            assert {world.image_of(c.name) for c in world.engine.containers()} == {"shop:2"}
            assert len(world.running()) == len(services)


def test_one_that_stays_away_is_left_to_a_person(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "PATIENCE", 0.2)
    world = World(folder)
    world.deploy("1")
    world.killer = Outage(world, away=1.0)
    world.killer.arm(before=1)
    with pytest.raises(NeedsHuman, match="did not come back within"):
        world.deploy("2")
