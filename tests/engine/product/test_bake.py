"""After the cutover: what fails is taken back, what is asked back goes back, and the old color never stopped."""

import signal
import time

import pytest

from benchmarks.load import KeepAlive, Plan, running, table
from benchmarks.load.plan import ORDER
from tests.engine.product.shop import Shop
from tests.waiting import wait_until

GETS = Plan((KeepAlive(count=8, rate=100),), seconds=60)
ORDERS = Plan((KeepAlive(count=4, rate=50, method="POST", path="/orders", body=ORDER),), seconds=60)


def test_a_release_that_dies_right_after_the_cutover_is_taken_back(unmoved: Shop) -> None:
    """Until then, nginx asks the old color what the new one doesn't answer: nobody notices."""
    unmoved.web(bake={"for": "30s"})
    unmoved.environment("server", EXIT_AFTER_REQUESTS=20)
    with running(unmoved.target, GETS) as load:
        report = unmoved.deploy("--tag", "v2", expect=4)
    assert "server-blue exited with status 1" in report["reason"]
    assert {span.release for span in load.report.spans()} == {"v1", "v2"}
    assert load.report.counts().lost == 0, table(load.report)


def test_a_release_that_answers_500_after_the_cutover_is_taken_back(unmoved: Shop) -> None:
    unmoved.web(bake={"for": "30s", "max_5xx": "10%", "min_requests": 30})
    unmoved.environment("server", FAIL_AFTER_REQUESTS=50)
    with running(unmoved.target, ORDERS) as load:
        report = unmoved.deploy("--tag", "v2", expect=4)
    assert "answers failed" in report["reason"]
    counts = load.report.counts()
    assert counts.statuses.keys() == {500}
    assert counts.lost == counts.statuses[500], table(load.report)


def test_a_release_whose_healthcheck_turns_is_taken_back(unmoved: Shop) -> None:
    unmoved.web(bake={"for": "30s"}, health={"command": ["test", "!", "-e", "/tmp/sick"], "interval": "100ms"})
    with unmoved.started("deploy", "--json", "--tag", "v2") as deploying:
        wait_until(lambda: unmoved.answered() == "v2", "v2 serves")
        made = unmoved.engine.exec_create(unmoved.named("server-blue"), ["touch", "/tmp/sick"])
        unmoved.engine.exec_start(made["Id"])
        assert "turned unhealthy" in deploying.ended(4).json["reason"]


def test_a_rollback_while_it_bakes_is_one_rename_back(unmoved: Shop) -> None:
    with unmoved.started("deploy", "--tag", "v2", "--bake", "60s") as deploying:
        wait_until(lambda: unmoved.answered() == "v2", "v2 serves")
        begun = time.monotonic()
        with unmoved.started("rollback", "--json") as back:
            wait_until(lambda: unmoved.answered() == "v1", "v1 serves again")
            print(f"{time.monotonic() - begun:.2f} s from the command to the old release's first answer")
            assert back.ended().json["outcome"] == "rolled back"
        assert "rolled back on request" in deploying.ended(4).err


@pytest.fixture
def interrupted(shop: Shop) -> Shop:
    """A shop whose second release serves, with a deployment that was called off while it watched."""
    shop.web()
    shop.deploy()
    with shop.started("deploy", "--tag", "v2", "--bake", "3s") as deploying:
        wait_until(lambda: shop.answered() == "v2", "v2 serves")
        deploying.signal(signal.SIGINT)
        assert "interrupted after the cutover; the new release serves" in deploying.ended(130).err
    assert shop.containers(running=True) == ["server-blue", "server-green"]
    return shop


def test_the_next_deployment_finishes_what_was_interrupted(interrupted: Shop) -> None:
    report = interrupted.deploy("--tag", "v2")
    assert "finished" in report["notes"][0]
    assert [row["why"] for row in report["services"]] == ["unchanged"]
    assert interrupted.answered() == "v2"
    assert interrupted.containers() == ["server-blue"]


def test_a_rollback_undoes_what_was_interrupted(interrupted: Shop) -> None:
    interrupted.run("rollback")
    assert interrupted.answered() == "v1"
    assert interrupted.containers() == ["server-green"]
