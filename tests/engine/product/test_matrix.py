"""Real containers, real nginx, real clients that never retry: killed at every side effect, and errors at some.

Before every one, and after every one that something outside takes part in; what lies after another is what lies before
the next. Here a spread of them; `bin/test full` takes them all.
"""

import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.load import KeepAlive, Plan, Running, running, table
from benchmarks.load.plan import ORDER
from bluegreen.ledger.lock import holder
from tests.engine.product.conftest import Opening
from tests.engine.product.shop import Shop
from tests.faults.tally import tell

LOAD = Plan(
    (
        KeepAlive(count=3, rate=40),
        KeepAlive(count=2, rate=15, method="POST", path="/orders", body=ORDER),
        KeepAlive(count=1, path="/slow?ms=300", name="300 ms"),
    ),
    seconds=7000,
)
MOST = 400
KILLED = -signal.SIGKILL


def web(shop: Shop) -> None:
    """One service."""
    shop.web()


def several(shop: Shop) -> None:
    """Two services, one of which depends on the other."""
    shop.web()
    shop.web("store", path="/store", depends_on={shop.named("server"): {}})


def worker(shop: Shop) -> None:
    """A service and its worker."""
    shop.web()
    shop.worker()


def dying(shop: Shop) -> None:
    """Its next release ends as soon as it starts."""
    shop.environment("server", EXIT_AFTER_SECONDS="0")


def disliked(shop: Shop) -> None:
    """Its next release is found wrong after the cutover, while it answers: one that died would lose what it had."""
    shop.hooks = {"post_cutover": {"command": ["false"]}}


def well(_shop: Shop) -> None:
    """Nothing is wrong."""


@dataclass(frozen=True)
class Scenario:
    """A command to be killed in."""

    made: Callable[[Shop], None]
    verb: str = "deploy"
    status: int = 0
    """How it ends when nobody kills it."""
    wrong: Callable[[Shop], None] = well
    """What is wrong while it runs, and mended before the next."""


SCENARIOS = {
    "deployment": Scenario(web),
    "several services": Scenario(several),
    "rollback": Scenario(web, "rollback"),
    "worker": Scenario(worker),
    "failing release": Scenario(web, status=1, wrong=dying),
    "switch back": Scenario(web, status=4, wrong=disliked),
}
SPREAD = {"deployment": 19, "several services": 45, "rollback": 45}


class Matrix:
    """One scenario in one shop under one load, killed at one point after another."""

    def __init__(self, shop: Shop, load: Running, scenario: Scenario) -> None:
        self.shop = shop
        self.load = load
        self.scenario = scenario
        self.points = 0

    def run(self, stride: int) -> None:
        """Kill the command before and after every `stride`-th side effect until it lives."""
        for k in range(1, MOST, stride):
            if not self.dies(f"kill:before:{k}"):
                return
            if self.shop.effects()[-1].startswith(("engine", "nginx")):
                self.dies(f"kill:after:{k}")
        pytest.fail(f"more than {MOST} side effects")

    def dies(self, fault: str) -> bool:
        """Run the command with that fault, then what a person would type; return whether the fault came about."""
        before, new = self._prepared()
        with self.shop.changed():
            self.scenario.wrong(self.shop)
            ran = self.shop.faulty(fault, *self._command(new))
        assert ran.status in (KILLED, self.scenario.status), f"{fault}: {ran}"
        self.load.wait_for_answers(5)
        self._then(f"{fault} {self.shop.effects()[-1]}", before, new)
        if ran.status == KILLED:
            self.points += 1
        return ran.status == KILLED

    def _prepared(self) -> tuple[str, str]:
        """Return the release that serves, and the one that the command is to bring."""
        before = self.shop.answered()
        new = "v1" if before == "v2" else "v2"
        if self.scenario.verb != "rollback":
            return before, new
        # a rollback that went through has forgotten where it came from
        self.shop.deploy("--tag", new)
        return new, before

    def _command(self, new: str) -> tuple[str, ...]:
        return ("rollback",) if self.scenario.verb == "rollback" else ("deploy", "--tag", new)

    def _then(self, where: str, before: str, new: str) -> None:
        try:
            if self.points % 2 and self.scenario.verb != "rollback":
                with suppress(AssertionError):
                    self.shop.run("rollback")
                self.shop.deploy("--tag", before)
                sound(self.shop, before)
            else:
                self.shop.deploy("--tag", new)
                sound(self.shop, new)
            self.load.wait_for_answers(5)
            assert self.load.progress().lost == 0
        except AssertionError as error:
            error.add_note(where)
            raise


def sound(shop: Shop, release: str) -> None:
    """That release alone is there and serves; nothing is unfinished, held or half-made."""
    services = sorted(name.removeprefix(f"{shop.project}-") for name in shop.services)
    assert shop.answered() == release
    assert [name.rpartition("-")[0] for name in shop.containers()] == services, shop.containers()
    assert shop.containers(running=True) == shop.containers()
    told = shop.status()
    assert (told["unfinished"], told["drift"]) == ("", [])
    with closing(sqlite3.connect(shop.state / "ledger.sqlite3")) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert holder(shop.state / "lock") == ""
    assert [path.name for path in shop.state.rglob(".*")] == []


def matrix(name: str, shop: Shop, stride: int) -> None:
    scenario = SCENARIOS[name]
    scenario.made(shop)
    shop.deploy()
    shop.deploy("--tag", "v2")
    with running(shop.target, LOAD) as load:
        tried = Matrix(shop, load, scenario)
        tried.run(stride)
    counts = load.report.counts()
    tell(f"real engine, {name}: killed at {tried.points} points, {counts.sent} requests sent, {counts.lost} lost")
    assert counts.lost == 0, table(load.report)


@pytest.mark.parametrize("name", SPREAD)
def test_killed_here_and_there(name: str, shop: Shop) -> None:
    matrix(name, shop, SPREAD[name])


@pytest.mark.full
@pytest.mark.timeout(7000)
@pytest.mark.parametrize("name", SCENARIOS)
def test_killed_everywhere(name: str, shop: Shop) -> None:
    matrix(name, shop, 1)


@pytest.mark.full
@pytest.mark.timeout(7000)
def test_killed_everywhere_in_the_first_deployment(opened: Opening, tmp_path: Path) -> None:
    points = 0
    for k in range(1, MOST):
        folder = tmp_path / str(k)
        folder.mkdir()
        with opened(folder) as shop:
            shop.web()
            ran = shop.faulty(f"kill:before:{k}", "deploy")
            shop.deploy()
            sound(shop, "v1")
        if ran.status == 0:
            break
        assert ran.status == KILLED, ran
        points += 1
    tell(f"real engine, first deployment: killed at {points} points")
    assert points > 50


INJECTED = {
    "the answer to create never comes": ("timeout:after", "engine", "/containers/create", 0),
    "the answer to start never comes": ("timeout:after", "engine", "/start", 0),
    "the engine refuses to start": ("500:before", "engine", "/start", 1),
    "the engine refuses to create": ("500:before", "engine", "/containers/create", 1),
    "the connection breaks once it is created": ("reset:after", "engine", "/containers/create", 0),
    "the connection breaks before it starts": ("reset:before", "engine", "/start", 0),
    "the engine says conflict to create": ("409:before", "engine", "/containers/create", 1),
    "nginx can't be asked to test a configuration": ("500:before", "engine", "/exec", 1),
    "the answer to stop never comes": ("timeout:after", "engine", "/stop", 0),
    "the engine refuses to stop": ("409:before", "engine", "/stop", 5),
    "the engine refuses to remove": ("500:before", "engine DELETE", "/containers/", 5),
    "the disk is full at a new generation": ("ENOSPC:before", "file write", ".nginx.conf", 1),
    "a new generation is not flushed": ("EIO:before", "file fsync", ".nginx.conf", 1),
    "the ledger's disk is full": ("full:before", "ledger commit", "", 1),
}
LONG = {"the engine says conflict to create"}
"""The container whose name is taken may yet appear, and is waited for."""


@pytest.fixture(scope="module")
def loaded(shared: Shop) -> Iterator[tuple[Shop, Running]]:
    """A shop under load."""
    shared.web()
    shared.deploy()
    with running(shared.target, LOAD) as load:
        yield shared, load


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.full if n in LONG else ()) for n in INJECTED])
def test_an_error(name: str, loaded: tuple[Shop, Running]) -> None:
    """The status is of the table, what serves is one release and named, and the next command puts all in order."""
    shop, load = loaded
    (what, verb, path, status), before = INJECTED[name], shop.answered()
    new = "v1" if before == "v2" else "v2"
    ran = shop.faulty(f"{what}:1:^{verb}.*{re.escape(path)}", "deploy", "--tag", new)
    assert ran.status == status, ran
    assert any(line.startswith(verb) and path in line for line in shop.effects()), shop.effects()
    serves = before if status == 1 else new
    assert shop.answered() == serves
    if status:
        assert f"bluegreen-shop:{serves}" in ran.err, ran
    shop.deploy("--tag", new)
    sound(shop, new)
    load.wait_for_answers(5)
    assert load.progress().lost == 0
