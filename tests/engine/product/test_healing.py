"""What befalls a project between deployments: it heals by itself, or `status` tells and the next deployment heals."""

import shutil
from contextlib import suppress
from typing import Any

import pytest
from docker.errors import APIError
from docker.types import IPAMConfig, IPAMPool

from benchmarks.load import KeepAlive, Plan, running, table
from tests.engine.product.shop import Shop
from tests.waiting import wait_until


def drift(shop: Shop) -> str:
    """What `status` finds that doesn't fit."""
    return "\n".join(shop.status()["drift"])


def test_a_proxy_that_was_killed_is_told_of_and_started_by_the_next_deployment(unmoved: Shop) -> None:
    unmoved.engine.kill(unmoved.named("proxy"))
    assert "the proxy does not answer; run: bluegreen proxy up" in drift(unmoved)
    assert [row["why"] for row in unmoved.deploy()["services"]] == ["unchanged"]
    assert drift(unmoved) == ""


def test_a_proxy_that_was_removed_is_told_of_and_made_again_by_the_next_deployment(unmoved: Shop) -> None:
    unmoved.engine.remove_container(unmoved.named("proxy"), force=True)
    assert "the proxy does not answer; run: bluegreen proxy up" in drift(unmoved)
    unmoved.deploy()
    assert drift(unmoved) == ""


def test_a_proxy_that_restarts_serves_what_it_served(unmoved: Shop) -> None:
    before = unmoved.status()["generation"]
    unmoved.engine.restart(unmoved.named("proxy"), timeout=5)
    wait_until(lambda: unmoved.status()["generation"] == before, "the proxy answers again")
    assert drift(unmoved) == ""


def test_a_configuration_that_was_changed_by_hand_is_told_of_and_never_overwritten(unmoved: Shop) -> None:
    (unmoved.state / "nginx/current/nginx.conf").write_text(unmoved.nginx + "# by hand\n")
    assert "nginx.conf was changed by hand" in drift(unmoved)
    refused = unmoved.run("deploy", expect=2).err
    assert "nginx.conf was changed by hand" in refused
    assert "bluegreen doctor --fix" in refused
    edited = (unmoved.state / "nginx/current").resolve() / "nginx.conf"
    unmoved.run("doctor", "--fix", "--yes")
    assert "# by hand" in edited.read_text()
    assert "# by hand" not in unmoved.nginx
    assert drift(unmoved) == ""


def test_a_lost_manifest_costs_no_request(shop: Shop) -> None:
    """The text itself says what serves."""
    shop.web()
    shop.deploy()
    with running(shop.target, Plan((KeepAlive(count=4, rate=100),), seconds=120)) as load:
        for words in (("doctor", "--fix", "--yes"), ("proxy", "up"), ("deploy", "--tag", "v2")):
            (shop.state / "nginx/current/manifest.json").unlink()
            for path in shop.state.glob("ledger.sqlite3*"):
                path.unlink()
            assert "the manifest of generation" in drift(shop)
            load.wait_for_answers(20)
            shop.run(*words)
            assert drift(shop) == ""
        load.wait_for_release("v2")
    assert load.report.counts().lost == 0, table(load.report)


def test_files_that_are_lost_while_nginx_serves_stop_every_change(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    shutil.rmtree((shop.state / "nginx/current").resolve())
    for path in shop.state.glob("ledger.sqlite3*"):
        path.unlink()
    said = shop.run("deploy", "--tag", "v2", expect=1).err
    assert f"nginx serves {shop.named('server')} from generation 3, whose files are lost" in said
    assert shop.answered() == "v1"
    assert shop.containers() == ["server-green"]


def test_flags_that_were_lost_cost_no_request(unmoved: Shop) -> None:
    """Both slots hold what serves; the next deployment takes the running container for what it is."""
    (unmoved.state / "nginx/live").unlink()
    assert unmoved.answered() == "v1"
    assert "the last deployment made green live" in drift(unmoved)
    unmoved.deploy()
    assert drift(unmoved) == ""


def test_without_the_ledger_nginx_and_labels_are_enough_to_go_on(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    for path in shop.state.glob("ledger.sqlite3*"):
        path.unlink()
    shutil.rmtree(shop.state / "releases")
    assert [row["why"] for row in shop.deploy("--tag", "v2")["services"]] == ["what runs is unknown to the ledger"]
    assert shop.answered() == "v2"
    assert shop.containers() == ["server-blue"]


def test_a_color_whose_address_another_container_took_answers_again_by_itself(shop: Shop) -> None:
    own_subnet(shop)
    shop.web()
    shop.deploy()
    comes_back_elsewhere(shop, "server-green", "v1")
    shop.deploy("--tag", "v2")
    comes_back_elsewhere(shop, "server-blue", "v2")


def own_subnet(shop: Shop) -> None:
    """Make the project's network so that containers can be given addresses."""
    for number in range(256):
        pool = IPAMConfig(pool_configs=[IPAMPool(subnet=f"10.231.{number}.0/24")])
        with suppress(APIError):  # another network has it
            shop.engine.create_network(shop.project, ipam=pool, labels={"bluegreen.project": shop.project})
            return
    pytest.fail("every subnet is taken")


def comes_back_elsewhere(shop: Shop, name: str, release: str) -> None:
    """Restart a container while a thief takes its address, and wait until nginx asks nobody but the right one."""
    address = address_of(shop, name)
    shop.engine.stop(shop.named(name), timeout=5)
    thief = take(shop, address)
    shop.engine.start(shop.named(name))
    assert address_of(shop, name) != address == address_of(shop, "thief")
    wait_until(lambda: {shop.get().headers.get("X-Release") for _ in range(10)} == {release}, f"{release} answers")
    shop.engine.remove_container(thief, force=True)


def address_of(shop: Shop, name: str) -> Any:
    return shop.inspect(name)["NetworkSettings"]["Networks"][shop.project]["IPAddress"]


def take(shop: Shop, address: str) -> str:
    """Start another container at this address."""
    at: Any = {shop.project: shop.engine.create_endpoint_config(ipv4_address=address)}
    made: str = shop.engine.create_container(
        "bluegreen-shop:v3",
        name=shop.named("thief"),
        environment={"RELEASE": "thief"},
        networking_config=shop.engine.create_networking_config(at),
    )["Id"]
    shop.engine.start(made)
    return made
