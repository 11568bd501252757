"""The watch over new containers, on an engine in memory and real sockets."""

import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from bluegreen.health.watch import HealthWatch
from bluegreen.model.container import Container, Label, Role
from bluegreen.model.ports import ContainerSpec, Output, Verdict
from bluegreen.model.release import Image
from bluegreen.model.service import Service
from tests.fakes.engine import FakeEngine
from tests.local.health.application import PORT, Application, listening
from tests.waiting import wait_until

KEY = ("web", "blue")


class Watched:
    """A watch, and how often it woke its owner."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self.woken = Event()
        self.times_woken = 0
        self.watch = HealthWatch(engine, self._wake)

    def _wake(self) -> None:
        self.times_woken += 1
        self.woken.set()

    def begin(self, service: Service, *containers: Container) -> None:
        self.watch.watch(KEY, service, containers)

    @property
    def verdict(self) -> Verdict:
        return self.watch.verdict(KEY)

    def until(self, condition: Callable[[Verdict], object], what: str) -> Verdict:
        wait_until(lambda: condition(self.verdict), f"{what}; {self.verdict}", 5)
        return self.verdict

    def until_healthy(self) -> Verdict:
        return self.until(lambda verdict: verdict.healthy, "healthy")

    def until_failed(self) -> Verdict:
        return self.until(lambda verdict: verdict.failed, "failed")


@pytest.fixture
def engine() -> FakeEngine:
    made = FakeEngine("shop")
    made.has(Image("web:1", "web@sha256:1"))
    return made


@pytest.fixture
def watched(engine: FakeEngine) -> Iterator[Watched]:
    made = Watched(engine)
    yield made
    made.watch.close()


def service(**more: Any) -> Service:
    health = {"interval": "20ms", "deadline": "5s", "timeout": "1s", **more.pop("health", {})}
    return Service.model_validate({"name": "web", "image": "web:1", "port": PORT, "health": health, **more})


def started(engine: FakeEngine, name: str = "web-blue", **options: Any) -> Container:
    labels = {Label.PROJECT: "shop", Label.SERVICE: "web", Label.RELEASE: "R1"}
    return engine.start(ContainerSpec(name, "web:1", Role.APP, labels, service(**options), "net"))


def address(container: Container) -> str:
    assert container.address
    return container.address


def test_a_container_that_answers_is_healthy(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    with listening(Application(), address(container)):
        watched.begin(service(health={"http": [{"path": "/health"}]}), container)
        verdict = watched.until_healthy()
    assert [(answer.probe, answer.ok) for answer in verdict.answers] == [("GET /health", True)]
    assert watched.woken.is_set()


def test_until_its_port_is_open_the_refusal_is_told(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    watched.begin(service(health={"http": [{}]}), container)
    verdict = watched.until(lambda verdict: verdict.answers, "an answer")
    assert verdict.answers[0].text == "connection refused"
    assert not verdict.healthy
    with listening(Application(), address(container)):
        watched.until_healthy()


def test_without_a_probe_the_port_must_accept(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    with listening(Application(), address(container)):
        watched.begin(service(), container)
        assert watched.until_healthy().answers[0].probe == f"TCP :{PORT}"


def test_without_a_port_it_must_have_run_for_an_interval(engine: FakeEngine, watched: Watched) -> None:
    watched.begin(service(port=None, kind="worker"), started(engine))
    assert watched.until_healthy().answers[0].probe == "running"


def test_successes_must_come_in_a_row(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    with listening(Application(), address(container)) as application:
        watched.begin(service(health={"http": [{}], "success_threshold": 4}), container)
        wait_until(lambda: len(application.asked) == 2, "two probes")
        application.status = 500
        wait_until(lambda: not all(answer.ok for answer in watched.verdict.answers), "a failure")
        application.status = 200
        before = len(application.asked)
        watched.until_healthy()
    assert len(application.asked) - before >= 4


def test_all_probes_must_pass(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    check = ("check", "--deep")
    engine.commands[container.name, check] = Output(1, "queue is not reachable\n")
    with listening(Application(), address(container)):
        watched.begin(service(health={"http": [{}], "command": check, "deadline": "300ms"}), container)
        verdict = watched.until_failed()
    assert [(answer.probe, answer.ok) for answer in verdict.answers] == [("GET /", True), ("check --deep", False)]
    assert verdict.failed == ('web-blue is not healthy after 0.3 s: check --deep: status 1: "queue is not reachable"')


def test_at_the_deadline_it_fails_with_last_answers_and_last_log_lines(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    engine.processes[container.name].log.extend(f"line {number}" for number in range(30))
    with listening(Application(status=503, body=b"starting"), address(container)):
        watched.begin(service(health={"http": [{"path": "/health"}], "deadline": "200ms"}), container)
        verdict = watched.until_failed()
    assert verdict.failed == 'web-blue is not healthy after 0.2 s: GET /health: 503: "starting"'
    assert verdict.log == tuple(f"line {number}" for number in range(10, 30))
    assert not verdict.healthy


def test_the_deadline_holds_for_too_few_successes_too(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    with listening(Application(), address(container)):
        watched.begin(service(health={"http": [{}], "success_threshold": 100, "deadline": "200ms"}), container)
        verdict = watched.until_failed()
    assert verdict.failed == "web-blue is not healthy after 0.2 s: fewer than 100 good answers in a row"


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda engine: engine.exit("web-blue", 3), "web-blue exited with status 3 and was restarted"),
        (lambda engine: engine.restart("web-blue"), "web-blue exited with status 1 and was restarted"),
        (
            lambda engine: engine.run_out_of_memory("web-blue"),
            "web-blue ran out of memory (the kernel killed it at its mem_limit)",
        ),
        (
            lambda engine: engine.remove("web-blue"),
            "web-blue exited with status 137 (SIGKILL: out of memory, or killed by hand)",
        ),
    ],
    ids=["exit", "restart", "memory", "removal"],
)
@pytest.mark.parametrize("moment", ["while waited for", "after it was healthy"])
def test_its_death_is_noticed_at_once(
    engine: FakeEngine, watched: Watched, happens: Callable[[FakeEngine], None], reason: str, moment: str
) -> None:
    container = started(engine)
    slow = service(health={"http": [{}], "interval": "60s", "deadline": "60s"})
    with listening(Application(status=200 if "healthy" in moment else 500), address(container)):
        watched.begin(slow, container)
        watched.until(lambda v: v.healthy if "healthy" in moment else v.answers, "an answer")
        happens(engine)
        assert watched.until_failed().failed == reason


def test_one_that_died_before_the_watch_began_fails_at_once(engine: FakeEngine, watched: Watched) -> None:
    engine.faults.exits_on_start["web-blue"] = 127
    watched.begin(service(), started(engine, restart="no"))
    assert watched.until_failed().failed == "web-blue exited with status 127"


def test_an_unheard_death_is_found_by_looking(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    watched.begin(service(health={"http": [{}]}), container)
    watched.until(lambda verdict: verdict.answers, "an answer")
    engine.faults.events_lost = True
    engine.exit("web-blue", 1)
    assert watched.until_failed().failed == "web-blue exited with status 1 and was restarted"


def test_dockers_own_healthcheck_is_heard(engine: FakeEngine, watched: Watched) -> None:
    engine.faults.healthcheck["web-blue"] = "starting"
    container = started(engine)
    watched.begin(service(port=None, health={"docker": True, "interval": "60s", "deadline": "60s"}), container)
    watched.until(lambda verdict: verdict.answers, "an answer")
    assert watched.verdict.answers[0].text == "starting"
    engine.turn("web-blue", "healthy")
    watched.until_healthy()
    engine.turn("web-blue", "unhealthy", "curl: (7)")
    assert watched.until_failed().failed == "web-blue turned unhealthy by its HEALTHCHECK"


def test_after_it_was_healthy_some_bad_answers_in_a_row_fail_it(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    with listening(Application(), address(container)) as application:
        watched.begin(service(health={"http": [{}]}), container)
        watched.until_healthy()
        application.status = 500
        verdict = watched.until_failed()
    assert verdict.failed == 'web-blue turned unhealthy: GET /: 500: "ok"'


def test_every_replica_must_be_healthy_and_is_named(engine: FakeEngine, watched: Watched) -> None:
    first, second = started(engine, "web-blue-1"), started(engine, "web-blue-2")
    with listening(Application(), address(first)):
        watched.begin(service(health={"http": [{}]}), first, second)
        watched.until(lambda verdict: len(verdict.answers) == 2, "answers of both")
        assert not watched.verdict.healthy
        with listening(Application(), address(second)):
            verdict = watched.until_healthy()
    assert {answer.probe for answer in verdict.answers} == {"web-blue-1: GET /", "web-blue-2: GET /"}


def test_the_address_is_looked_up_where_it_was_not_known_yet(engine: FakeEngine, watched: Watched) -> None:
    engine.faults.without_address.add("web-blue")
    container = started(engine)
    watched.begin(service(), container)
    watched.until(lambda verdict: verdict.answers, "an answer")
    assert watched.verdict.answers[0].text == "none yet"
    engine.faults.without_address.clear()
    engine.moves("web-blue", "127.20.9.9")
    with listening(Application(), "127.20.9.9"):
        watched.until_healthy()


def test_an_engine_that_is_gone_for_a_while_fails_nothing(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    watched.begin(service(health={"http": [{}]}), container)
    watched.until(lambda verdict: verdict.answers, "an answer")
    engine.faults.engine_gone = True
    with listening(Application(), address(container)):
        watched.until_healthy()
        assert watched.verdict.failed is None


def test_watching_twice_is_watching_once(engine: FakeEngine, watched: Watched) -> None:
    container = started(engine)
    with listening(Application(), address(container)):
        watched.begin(service(), container)
        watched.until_healthy()
        watched.begin(service(), container)
        assert watched.verdict.healthy
    assert watched.times_woken == 1


def test_what_is_stopped_on_purpose_is_forgotten_first(engine: FakeEngine, watched: Watched) -> None:
    watched.begin(service(), started(engine))
    watched.watch.forget(KEY)
    engine.stop("web-blue", 1)
    assert watched.verdict == Verdict()
    assert not watched.woken.is_set()


def test_closing_ends_every_thread_promptly(engine: FakeEngine) -> None:
    watched = Watched(engine)
    watched.begin(
        service(health={"interval": "60s", "deadline": "60s"}), *(started(engine, f"web-blue-{n}") for n in range(8))
    )
    watched.until(lambda verdict: len(verdict.answers) == 8, "answers")
    begun = time.monotonic()
    watched.watch.close()
    assert time.monotonic() - begun < 5
    assert engine.listeners == 0
