"""What is asked of a database before anything is touched."""

from dataclasses import replace
from typing import Any

import pytest

from bluegreen.health.database import verify
from bluegreen.model.container import Container, Role, State, Vitals
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.ports import Output
from bluegreen.model.service import Service
from tests.fakes.engine import FakeEngine, Process

WELL = Vitals(State.RUNNING, 0, oom_killed=False, restarts=0, started_at="", pid=1, health=None, address="10.0.0.2")
ANSWER = Output(0, "170006 17.6 (Debian 17.6-1) f\n")


class Database(FakeEngine):
    """An engine with one container, shop-db, in which psql answers this."""

    def __init__(self, answer: Output = ANSWER, **vitals: Any) -> None:
        super().__init__("shop")
        self.answer = answer
        self.argv: tuple[str, ...] = ()
        seen = replace(WELL, **vitals)
        container = Container("shop-db", "1f", Role.APP, seen.state, image="postgres:17", ours=False)
        self.processes["shop-db"] = Process(container, seen)

    def execute(self, name: str, argv: tuple[str, ...], timeout: float) -> Output:
        super().execute(name, argv, timeout)
        self.argv = argv
        return self.answer


def service(**more: Any) -> Service:
    return Service.model_validate({"name": "shop-db", "kind": "database", "engine": "postgres", "version": 17, **more})


def failure(engine: FakeEngine) -> tuple[str, str]:
    with pytest.raises(DeploymentFailed) as caught:
        verify(engine, service())
    return caught.value.message, caught.value.hint


def test_a_database_that_serves_is_told_in_one_line() -> None:
    assert str(verify(Database(), service())) == "PostgreSQL 17.6, accepting connections"
    assert str(verify(Database(health="healthy"), service())) == "PostgreSQL 17.6, accepting connections"


def test_who_asks_and_which_database_comes_from_the_configuration() -> None:
    engine = Database()
    verify(engine, service(db_user="shop", database="goods"))
    assert engine.argv[-2:] == ("shop", "goods")


@pytest.mark.parametrize(
    ("engine", "message", "hint"),
    [
        (FakeEngine("shop"), "there is no container shop-db", "never creates a database"),
        (
            Database(state=State.EXITED, exit_code=137),
            "shop-db is not running: exited with status 137 (SIGKILL: out of memory, or killed by hand)",
            "docker start shop-db",
        ),
        (Database(state=State.PAUSED), "shop-db is not running: paused", "docker logs shop-db"),
        (
            Database(health="unhealthy", health_output="no response\n"),
            'shop-db is unhealthy by its HEALTHCHECK: "no response"',
            "docker logs shop-db",
        ),
        (Database(health="starting"), "shop-db is starting by its HEALTHCHECK", "docker logs shop-db"),
        (
            Database(Output(0, "160004 16.4 f")),
            "shop-db is PostgreSQL 16.4, and services.yaml says version 17",
            "upgrade the database first",
        ),
        (Database(Output(0, "170006 17.6 t")), "shop-db is in recovery: it takes no writes", "standby"),
        (
            Database(Output(2, 'psql: error: FATAL:  password authentication failed for user "x"')),
            'shop-db does not answer: "psql: error: FATAL: password authentication failed for user "x""',
            "db_user and database of shop-db",
        ),
        (
            Database(Output(2, "psql: error: connection refused")),
            'shop-db does not answer: "psql: error: connection refused"',
            "docker logs shop-db",
        ),
        (
            Database(Output(127, "sh: 5: psql: not found")),
            'shop-db does not answer: "sh: 5: psql: not found"',
            "needs sh and psql",
        ),
    ],
)
def test_a_database_that_does_not_serve_is_told_with_the_reason(engine: FakeEngine, message: str, hint: str) -> None:
    said, advice = failure(engine)
    assert said == message
    assert hint in advice


def test_an_engine_that_is_gone_is_told_too() -> None:
    engine = Database()
    engine.faults.engine_gone = True
    assert failure(engine)[0].startswith("shop-db: cannot reach the Docker engine")
