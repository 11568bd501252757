"""Interrupted, at a spread of moments, under traffic: nobody notices, and what is left is sound."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from benchmarks.load import KeepAlive, Plan, Running, WebSocket, running, table
from benchmarks.load.plan import ORDER
from tests.engine.faulty_registry import faulty_registry
from tests.engine.product.shop import Shop, Started
from tests.waiting import wait_until

LOAD = Plan(
    (
        KeepAlive(count=8, rate=80),
        KeepAlive(count=4, rate=30, method="POST", path="/orders", body=ORDER),
        KeepAlive(count=2, path="/slow?ms=300", name="300 ms"),
    ),
    seconds=280,
)


def migrates(shop: Shop) -> bool:
    return "server-release-command" in shop.containers(running=True)


def boots(shop: Shop) -> bool:
    return len([name for name in shop.containers(running=True) if name.startswith("server-")]) == 2


def serves(shop: Shop) -> bool:
    return bool(shop.run("history", "--limit", "1", "--json").json["deployments"][0]["committed_at"]) and boots(shop)


def in_step(step: str) -> Callable[[Shop], bool]:
    """Whether the deployment that is under way has begun this step."""

    def comes(shop: Shop) -> bool:
        (newest,) = shop.run("history", "--limit", "1", "--json").json["deployments"]
        return newest["ended_at"] is None and step in [each["step"] for each in newest["steps"]]

    return comes


class Moment(NamedTuple):
    """When the signals come, and what is left by them."""

    comes: Callable[[Shop], bool]
    before_the_cutover: bool
    changes: Mapping[str, Any] = {}
    variables: Mapping[str, Any] = {}
    words: tuple[str, ...] = ()


MIGRATION = {
    "entrypoint": [], "command": ["python3", "-m", "app", "server"], "init": True,
    "release_command": {"command": ["sleep", "60"]},
}  # fmt: skip
MOMENTS = {
    "in the release command": Moment(migrates, before_the_cutover=True, changes=MIGRATION),
    "in the health wait": Moment(boots, before_the_cutover=True, variables={"READY_DELAY": 60}),
    "in the bake": Moment(serves, before_the_cutover=False, words=("--bake", "15s")),
}


@pytest.fixture(scope="module")
def load(shared: Shop) -> Iterator[Running]:
    shared.web(stop_grace_period="3s")
    shared.deploy()
    with running(shared.target, LOAD) as load:
        yield load


def any_of(*numbers: signal.Signals) -> pytest.MarkDecorator:
    """Each of these signals; only in the full run all of them."""
    rare = (pytest.param(number, marks=pytest.mark.full) for number in numbers if number is not signal.SIGTERM)
    return pytest.mark.parametrize("number", [signal.SIGTERM, *rare])


@any_of(signal.SIGINT, signal.SIGHUP)
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_one_signal_ends_a_deployment_soundly(
    moment: Moment, number: signal.Signals, shared: Shop, load: Running
) -> None:
    if number is signal.SIGHUP and not moment.before_the_cutover:
        pytest.skip("it goes on to its end then, as without a signal")
    before = shared.answered()
    with begun(moment, shared) as deploying:
        deploying.signal(number)
        said = deploying.ended(130).err
    assert ("before the cutover" if moment.before_the_cutover else "after the cutover; the new release serves") in said
    load.wait_for_answers(20)
    if moment.before_the_cutover:
        assert shared.answered() == before
        settled(shared)
    goes_on(shared, load)


@any_of(signal.SIGINT, signal.SIGHUP)
def test_a_pull_that_gets_nowhere_is_left(number: signal.Signals, shared: Shop, load: Running) -> None:
    before = shared.answered()
    with faulty_registry() as registry:
        registry.stalls = True
        image = f"{shared.named('server')}={registry.image}"
        with shared.started("deploy", "--image", image) as deploying:
            assert registry.stalled.wait(30), "the engine asks for the image"
            deploying.signal(number)
            said = deploying.ended(130).err
    assert "interrupted" in said
    assert f"bluegreen-shop:{before}" in said.partition("What serves now:")[2]
    assert shared.answered() == before
    settled(shared)
    goes_on(shared, load)


@any_of(signal.SIGINT)
def test_a_drain_is_left_with_what_it_waits_for(number: signal.Signals, shared: Shop, load: Running) -> None:
    with running(shared.target, Plan((WebSocket(),), seconds=60)) as talking:
        wait_until(lambda: talking.progress().open, "the WebSocket is open")
        patient = Moment(in_step("drain"), before_the_cutover=False, changes={"drain_timeout": "60s"})
        with begun(patient, shared) as deploying:
            deploying.signal(number)
            said = deploying.ended(130).err
        assert "after the cutover; the new release serves" in said
        assert len(shared.containers(running=True)) == 2
        load.wait_for_answers(100)
    counts = talking.report.counts()
    assert (counts.sent, counts.answered) == (1, 1), "it was one connection, to the end"
    goes_on(shared, load)


@any_of(signal.SIGINT)
def test_a_stop_that_lasts_is_waited_for(number: signal.Signals, shared: Shop, load: Running) -> None:
    with shared.changed():
        shared.environment("server", SIGTERM="ignore")
        shared.deploy("--tag", other(shared.answered()))
    with begun(Moment(in_step("retire"), before_the_cutover=False), shared) as deploying:
        deploying.signal(number)
        said = deploying.ended(130).err
    assert "after the cutover; the new release serves" in said
    assert len(shared.containers()) == 1
    goes_on(shared, load)


@pytest.mark.full
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_the_second_signal_ends_it_at_once(moment: Moment, shared: Shop, load: Running) -> None:
    with begun(moment, shared) as deploying:
        wait_until(lambda: pressed(deploying), "it ends")
        # whoever goes on pressing meets the interpreter on its way out: to a shell that is 130, too
        assert deploying.ended(None).status in (130, -signal.SIGINT)
    load.wait_for_answers(20)
    goes_on(shared, load)


def test_nobody_noticed(load: Running) -> None:
    report = load.stop()
    print(table(report))
    assert report.counts().lost == 0, table(report)


@contextmanager
def begun(moment: Moment, shop: Shop) -> Iterator[Started]:
    """Begin a deployment of the release that does not serve, and come to the moment."""
    with shop.changed():
        shop.web(**moment.changes)
        shop.environment("server", **moment.variables)
        with shop.started("deploy", "--tag", other(shop.answered()), *moment.words) as deploying:
            wait_until(lambda: moment.comes(shop), "the moment", 30)
            yield deploying


def pressed(deploying: Started) -> bool:
    """Press Ctrl-C; say whether it has ended."""
    deploying.signal(signal.SIGINT)
    return deploying.over


def goes_on(shop: Shop, load: Running) -> None:
    """The next command ends in one release, and nothing was lost so far."""
    shop.deploy("--tag", "v3")
    assert shop.answered() == "v3"
    settled(shop)
    assert load.progress().lost == 0


def settled(shop: Shop) -> None:
    """There is one release, and nothing to be done."""
    assert len(shop.containers()) == 1
    told = shop.status()
    assert (told["unfinished"], told["drift"]) == ("", [])


def other(release: str) -> str:
    """Another release."""
    return "v2" if release != "v2" else "v1"
