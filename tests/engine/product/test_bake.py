"""After the cutover: what fails is taken back, what is asked back goes back."""

import time
from collections.abc import Callable

from benchmarks.load import KeepAlive, Plan, running
from tests.engine.product.shop import Shop
from tests.engine.product.test_deploy import answered

LOAD = Plan((KeepAlive(count=8, rate=100),), seconds=60)


def wait_until(condition: Callable[[], bool], what: str, within: float = 20.0) -> None:
    """Wait for a condition; the deadline fails the test."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def test_a_release_that_dies_right_after_the_cutover_is_taken_back(shop: Shop) -> None:
    shop.web(bake={"for": "10s"}, drain_timeout="5s")
    shop.deploy()
    shop.environment("server", EXIT_AFTER_REQUESTS=20)
    with running(shop.target, LOAD) as load:
        report = shop.deploy("--tag", "v2", expect=4).json
    assert "exited" in report["reason"] or "restarted" in report["reason"]
    assert answered(shop) == "v1"
    assert shop.containers() == ["server-green"]
    assert load.report.counts().lost == 0


def test_a_release_that_answers_500_after_the_cutover_is_taken_back(shop: Shop) -> None:
    shop.web(bake={"for": "20s", "min_requests": 50}, drain_timeout="5s")
    shop.deploy()
    shop.environment("server", FAIL_AFTER_REQUESTS=50)
    with running(shop.target, LOAD) as load:
        report = shop.deploy("--tag", "v2", expect=4).json
    assert "answers failed" in report["reason"]
    assert answered(shop) == "v1"
    assert set(load.report.counts().statuses) <= {500}


def test_a_rollback_while_it_bakes_switches_back_at_once(shop: Shop) -> None:
    shop.web(bake={"for": "60s"})
    shop.deploy("--bake", "0s")
    deploying = shop.start("deploy", "--tag", "v2")
    wait_until(lambda: answered(shop) == "v2", "v2 never served")
    report = shop.run("rollback", "--json").json
    assert report["outcome"] == "rolled back"
    assert answered(shop) == "v1"
    assert deploying.wait(20) == 4
    deploying.communicate()
    assert shop.containers() == ["server-green"]


def test_a_rollback_after_a_deployment_starts_the_old_release_again(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    shop.environment("server", LATENCY_MS=1)
    shop.deploy("--tag", "v2")
    shop.run("rollback")
    assert answered(shop) == "v1"
    container = shop.engine.inspect_container(f"{shop.project}-server-green")
    assert not any(value.startswith("LATENCY_MS") for value in container["Config"]["Env"])


def test_abort_undoes_what_has_not_cut_over(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    shop.environment("server", READY_DELAY=60)
    deploying = shop.start("deploy", "--tag", "v2")
    wait_until(lambda: "server-blue" in shop.containers(running=True), "v2 never started")
    shop.run("abort")
    assert deploying.wait(20) == 1
    deploying.communicate()
    assert answered(shop) == "v1"
    assert shop.containers() == ["server-green"]
