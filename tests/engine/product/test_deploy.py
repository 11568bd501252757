"""Deployments with the real engine, the real nginx and a real application."""

import httpx
import pytest

from tests.engine.product.shop import HEALTH, HOST, Shop


def answered(shop: Shop, path: str = "/") -> str:
    """The release that answers a request now."""
    response = httpx.get(f"{shop.target.url}{path}", headers={"Host": HOST})
    assert response.status_code == 200, response.text
    return response.headers["X-Release"]


@pytest.fixture
def running(shop: Shop) -> Shop:
    """A shop whose first release serves."""
    shop.web()
    shop.deploy()
    return shop


def test_a_first_deployment_serves(running: Shop) -> None:
    assert answered(running) == "v1"
    assert running.containers() == ["server-green"]


def test_the_next_release_takes_over_and_the_old_one_goes(running: Shop) -> None:
    report = running.deploy("--tag", "v2").json
    assert report["outcome"] == "deployed"
    assert answered(running) == "v2"
    assert running.containers() == ["server-blue"]


def test_nothing_changed_is_nothing_done(running: Shop) -> None:
    report = running.deploy().json
    assert [row["why"] for row in report["services"]] == ["unchanged"]
    assert running.containers() == ["server-green"]


def test_a_plan_says_what_would_be_done_and_touches_nothing(running: Shop) -> None:
    report = running.run("plan", "--json", "--tag", "v2").json
    assert [(row["happened"], row["new_image"]) for row in report["services"]] == [
        ("would deploy", "bluegreen-shop:v2")
    ]
    assert running.containers() == ["server-green"]


@pytest.mark.parametrize(
    ("knobs", "reason"),
    [
        ({"FAIL_HEALTH": "1"}, "500"),
        ({"WRONG_BODY": "1"}, "/health"),
        ({"EXIT_AFTER_SECONDS": "0.1"}, "exited with status 1"),
        ({"READY_DELAY": "60"}, "refused"),
    ],
    ids=["never gets healthy", "answers the wrong body", "exits after its start", "never opens its port"],
)
def test_a_release_that(knobs: dict[str, str], reason: str, running: Shop) -> None:
    """…never takes over, says why, and leaves nothing behind."""
    running.web(health={**HEALTH, "deadline": "3s"})
    running.environment("server", **knobs)
    ran = running.deploy("--tag", "v2", expect=1)
    assert reason in ran.out
    assert answered(running) == "v1"
    assert running.containers() == ["server-green"]


def test_a_failed_deployment_says_what_happened_what_serves_and_what_to_type(running: Shop) -> None:
    running.web(health={**HEALTH, "deadline": "2s"})
    running.environment("server", FAIL_HEALTH="1")
    told = running.run("deploy", "--tag", "v2", expect=1).err
    assert "GET /health" in told
    assert "500" in told
    assert "bluegreen-shop:v1" in told


def test_two_services_of_which_one_fails_both_stay(shop: Shop) -> None:
    shop.web()
    shop.web("store", path="/store")
    shop.deploy()
    shop.environment("store", FAIL_HEALTH="1")
    shop.web("store", health={**HEALTH, "deadline": "2s"})
    shop.deploy("--tag", "v2", expect=1)
    assert (answered(shop), answered(shop, "/store")) == ("v1", "v1")
    assert shop.containers() == ["server-green", "store-green"]


def test_a_service_waits_for_what_it_depends_on(shop: Shop) -> None:
    shop.web(environment={"READY_DELAY": "1"})
    shop.web("store", path="/store", depends_on={shop.named("server"): {"condition": "service_healthy"}})
    report = shop.deploy().json
    steps = {(s["step"], s["service"].removeprefix(f"{shop.project}-")): s["started_at"] for s in report["steps"]}
    assert steps["start", "store"] > steps["start", "server"] + 0.9


def test_replicas_serve_together_and_change_together(shop: Shop) -> None:
    shop.web(replicas=3)
    shop.deploy()
    assert shop.containers() == ["server-green-1", "server-green-2", "server-green-3"]
    hosts = {httpx.get(shop.target.url, headers={"Host": HOST}).json()["hostname"] for _ in range(30)}
    assert len(hosts) == 3
    shop.deploy("--tag", "v2")
    assert shop.containers() == ["server-blue-1", "server-blue-2", "server-blue-3"]


@pytest.mark.parametrize("strategy", ["overlap", "stop-first"])
def test_a_worker_changes_and_leaves_no_second_copy(shop: Shop, strategy: str) -> None:
    shop.web()
    shop.worker(strategy=strategy, bake={"for": "0s"})
    shop.deploy()
    shop.deploy("--tag", "v2")
    assert shop.containers() == ["server-blue", "worker-blue"]


def test_a_worker_that_stays_sick_takes_the_web_service_back(shop: Shop) -> None:
    shop.web()
    shop.worker(strategy="stop-first", bake={"for": "0s"})
    shop.deploy()
    shop.environment("worker", FAIL_HEALTH="1")
    shop.deploy("--tag", "v2", expect=4)
    assert answered(shop) == "v1"
    assert shop.containers(running=True) == ["server-green", "worker-green"]


class TestReleaseCommand:
    @pytest.fixture
    def migrating(self, shop: Shop) -> Shop:
        command = {"command": ["migrate"], "fail_on_output": ["An error occurred when running migrations"]}
        shop.web(release_command=command)
        return shop

    def test_it_runs_in_the_new_image_and_is_recorded(self, migrating: Shop) -> None:
        told = migrating.run("deploy").err
        assert "migrated for v1" in told

    @pytest.mark.parametrize("how", ["fail", "swallow"])
    def test_one_that_fails_keeps_the_old_release(self, migrating: Shop, how: str) -> None:
        migrating.deploy()
        migrating.environment("server", MIGRATION=how)
        report = migrating.deploy("--tag", "v2", expect=1)
        assert "told to fail" in report.out
        assert answered(migrating) == "v1"
        assert migrating.containers() == ["server-green"]
