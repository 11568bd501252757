"""Releases that take over, with the real engine, the real nginx and a real application."""

from tests.engine.product.shop import HEALTH, Shop
from tests.waiting import wait_until


def test_the_next_release_takes_over_and_the_old_one_goes(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    assert shop.answered() == "v1"
    assert shop.containers() == ["server-green"]
    report = shop.deploy("--tag", "v2")
    assert (report["outcome"], report["services"][0]["color"]) == ("deployed", "blue")
    assert shop.answered() == "v2"
    assert shop.containers() == ["server-blue"]
    assert "server-green" not in shop.nginx


def test_force_deploys_what_has_not_changed(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    report = shop.deploy("--force")
    assert [row["why"] for row in report["services"]] == ["forced"]
    assert shop.containers() == ["server-blue"]
    assert shop.status()["drift"] == []


def test_every_kind_of_probe_must_pass(shop: Shop) -> None:
    """HTTP, TCP, a command and the image's own HEALTHCHECK, each asked of the same container."""
    http = [{"path": "/health", "expect_json": {"status": "ok"}}, {"path": "/", "headers": {"Host": "any"}}]
    shop.web(health={**HEALTH, "http": http, "tcp": {}, "docker": True, "command": ["true"], "success_threshold": 2})
    shop.deploy()
    assert shop.inspect("server-green")["State"]["Health"]["Status"] == "healthy"
    shop.web(health={**HEALTH, "command": ["sh", "-c", "echo no database; exit 3"], "deadline": "1s"})
    report = shop.deploy("--tag", "v2", expect=1)
    assert any('status 3: "no database"' in line for line in report["evidence"])
    assert shop.containers() == ["server-green"]


def test_a_release_command_runs_once_per_release_in_its_image(shop: Shop) -> None:
    shop.web(release_command={"command": ["migrate"]})
    assert "migrated for v1" in shop.run("deploy").err
    assert "migrated for v2" in shop.run("deploy", "--tag", "v2").err
    (recorded,) = shop.run("history", "--json", "--limit", "1").json["deployments"][0]["release_commands"]
    assert (recorded["status"], recorded["output"]) == (0, "migrated for v2")
    assert "migrated" not in shop.run("rollback").err
    assert shop.answered() == "v1"


def test_a_second_web_service_later_gets_its_name(shop: Shop) -> None:
    """Canonical names are the proxy's: the deployment says that only a new proxy has the new one."""
    shop.web()
    shop.deploy()
    shop.web("store", path="/store")
    shop.deploy()
    assert shop.answered("/store") == "v1"
    shop.run("proxy", "up", "--replace")
    wait_until(lambda: shop.get().status_code == 200, "the proxy is back")
    proxy = shop.inspect("proxy")["NetworkSettings"]["Networks"][shop.project]
    assert {shop.named("server"), shop.named("store")} <= set(proxy["Aliases"])
