"""The engine is restarted, or the machine: what serves serves on or again by itself, and a deployment ends soundly."""

import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import docker
import pytest

from benchmarks.load import KeepAlive, Plan, Report, Stream, table
from tests.engine.conftest import remove_project
from tests.engine.product.conftest import RELEASES
from tests.engine.product.machine import PORT, Housed, Machine
from tests.waiting import wait_until

GETS = Plan((KeepAlive(count=8, rate=100),), seconds=240)
STREAMS = Plan((KeepAlive(count=8, rate=100), Stream(count=2)), seconds=240)


@pytest.fixture(scope="session")
def machine(engine: docker.APIClient, shop_images: None) -> Iterator[Machine]:
    """An engine that nobody else uses."""
    del engine, shop_images
    machine = Machine(Path(tempfile.mkdtemp(prefix="engine-")), f"e{uuid4().hex[:6]}")
    try:
        machine.wire()
        machine.start()
        machine.load_images("nginx:1.30", *(f"bluegreen-shop:{release}" for release in RELEASES))
        yield machine
    finally:
        machine.end()


@pytest.fixture
def housed(request: pytest.FixtureRequest, machine: Machine, tmp_path: Path) -> Iterator[Housed]:
    """A shop on it whose first release serves; the parameter says whether the engine has live-restore."""
    if machine.live_restore is not request.param:
        machine.live_restore = request.param
        machine.restart()
    with machine.client_for_a_while() as client:
        shop = Housed(client, f"t{uuid4().hex[:8]}", tmp_path, PORT)
        shop.machine = machine
        try:
            shop.web(drain_timeout="6s")
            shop.deploy()
            yield shop
        finally:
            for container in client.containers(all=True, filters={"name": f"^/{shop.project}-"}):
                client.remove_container(container["Id"], force=True, v=True)
            remove_project(client, shop.project)


def boots(shop: Housed) -> None:
    """The new release is being waited for."""
    wait_until(lambda: "server-blue" in shop.containers(running=True), "v2 has started")


def serves(shop: Housed) -> None:
    """The new release serves."""
    wait_until(lambda: shop.answered() == "v2", "v2 serves")


ENDS = {0: ("v2",), 1: ("v1",), 4: ("v1",), 5: ("v1", "v2")}
"""Who may serve after which exit status; 5: both stopped with the engine, and a person is asked."""


class Phase(NamedTuple):
    """When the engine is restarted."""

    words: tuple[str, ...]
    """Of the deployment; none: nothing is deployed."""
    begun: Callable[[Housed], None]
    variables: Mapping[str, Any] = {}


PHASES = {
    "before the cutover": Phase(("--tag", "v2"), boots, {"READY_DELAY": 4}),
    "in the bake": Phase(("--tag", "v2", "--bake", "5s"), serves),
    "in the drain": Phase(("--tag", "v2"), serves),
}
RESTARTS = [
    pytest.param(live, phase, id=f"{name}, with{'' if live else 'out'} live-restore", marks=marks)
    for name, phase in PHASES.items()
    for live in (True, False)
    for marks in [pytest.mark.full if name == "in the drain" or not live else ()]
]


@pytest.mark.parametrize(("housed", "phase"), RESTARTS, indirect=["housed"])
def test_the_engine_restarts_while_a_deployment_is_under_way(housed: Housed, phase: Phase) -> None:
    live = housed.machine.live_restore
    housed.environment("server", **phase.variables)
    with housed.load(STREAMS if phase is PHASES["in the drain"] else GETS) as load:
        load.wait_for_answers(50)
        with housed.started("deploy", "--json", *phase.words) as deploying:
            phase.begun(housed)
            housed.machine.restart()
            ran = deploying.ended(0 if live else None)
        load.wait_for_answers(50, within=30)
    tell(load.report, f"status {ran.status}: {ran.json.get('reason')}")
    if live:
        assert load.report.counts().lost == 0, table(load.report)
    assert ran.status in (0, 1, 4, 5), str(ran)
    wait_until(lambda: housed.answered() in ENDS[ran.status], f"{ENDS[ran.status]} serves by itself", 30)
    if ran.status != 5:
        agrees(housed)
    else:
        housed.run("doctor", "--fix", "--yes")
    housed.deploy("--tag", "v2")
    assert housed.answered() == "v2"
    assert len(housed.containers()) == 1
    agrees(housed)


@pytest.mark.parametrize("housed", [True, False], indirect=True, ids=["with live-restore", "without live-restore"])
def test_the_engine_restarts_while_nothing_is_deployed(housed: Housed) -> None:
    with housed.load(GETS) as load:
        load.wait_for_answers(100)
        housed.machine.restart()
        wait_until(lambda: housed.answered() == "v1", "v1 serves again by itself", 30)
        load.wait_for_answers(100)
    tell(load.report, "while nothing is deployed")
    if housed.machine.live_restore:
        assert load.report.counts().lost == 0, table(load.report)
    agrees(housed)


@pytest.mark.parametrize("housed", [False], indirect=True, ids=[""])
@pytest.mark.parametrize("phase", [PHASES["before the cutover"], PHASES["in the bake"]], ids=["before", "bake"])
def test_the_machine_reboots_while_a_deployment_is_under_way(housed: Housed, phase: Phase) -> None:
    """All processes end at once; what comes up again, in whatever order and with whatever address, serves rightly."""
    housed.environment("server", **phase.variables)
    with housed.started("deploy", "--json", *phase.words) as deploying:
        phase.begun(housed)
        deploying.signal(signal.SIGKILL)
        housed.machine.lose_power()
        deploying.ended(-signal.SIGKILL)
    housed.machine.start()
    release = "v2" if phase.begun is serves else "v1"
    wait_until(lambda: housed.answered() == release, f"{release} serves again by itself", 30)
    assert housed.status()["unfinished"]
    housed.deploy("--tag", "v2")
    assert housed.answered() == "v2"
    assert len(housed.containers()) == 1
    agrees(housed)


def agrees(shop: Housed) -> None:
    """`status` says that all is well."""
    told = shop.status()
    assert (told["unfinished"], told["drift"]) == ("", [])
    assert [service["state"] for service in told["services"]] == ["serving"]


def tell(report: Report, when: str) -> None:
    """Print what it cost."""
    counts, gap = report.counts(), report.longest_gap()
    print(f"\n{when}: sent {counts.sent}, lost {counts.lost}, longest time without an answer {gap.seconds:.2f} s")
