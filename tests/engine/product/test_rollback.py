"""The way back, by the same path: image, environment and configuration together."""

import pytest

from benchmarks.load import KeepAlive, Plan, running, table
from tests.engine.product.shop import HOST, Shop
from tests.waiting import wait_until


@pytest.fixture
def at_v2(shop: Shop) -> Shop:
    """A shop whose second release serves, with another environment and routes than the first."""
    (shop.folder / "server.env").write_text("GREETING=hello\n")
    shop.web(env_file="server.env", environment={"LATENCY_MS": "1"})
    shop.deploy()
    (shop.folder / "server.env").write_text("GREETING=goodbye\n")
    shop.web(environment={"LATENCY_MS": "2"}, routes=[{"host": HOST}, {"host": "more.test"}], stop_grace_period="3s")
    shop.deploy("--tag", "v2")
    return shop


def test_the_previous_release_comes_back_with_its_environment_and_configuration(at_v2: Shop) -> None:
    """Though the env file and services.yaml have changed since, and no color is warm."""
    assert at_v2.get(host="more.test").status_code == 200
    (at_v2.folder / "server.env").unlink()
    at_v2.services[at_v2.named("server")]["env_file"] = []
    at_v2.run("rollback")
    assert at_v2.answered() == "v1"
    variables = at_v2.variables("server-green")
    assert (variables["GREETING"], variables["LATENCY_MS"]) == ("hello", "1")
    assert at_v2.inspect("server-green")["Config"]["StopTimeout"] == 10
    assert at_v2.get(host="more.test").status_code == 421
    assert at_v2.containers() == ["server-green"]
    assert at_v2.status()["drift"] == []


def test_the_previous_image_comes_back_though_its_tag_has_moved(shop: Shop) -> None:
    """With its variables and options, though env file and services.yaml have changed with the tag, and once more."""
    name = f"{shop.project}/shop"
    try:
        for release, greeting in (("v1", "hello"), ("v2", "goodbye"), ("v3", "nobody")):
            shop.engine.tag(f"bluegreen-shop:{release}", name, "current")
            (shop.folder / "server.env").write_text(f"GREETING={greeting}\n")
            shop.web(image=f"{name}:current", env_file="server.env", stop_grace_period=f"1{release[1]}s")
            if release != "v3":
                shop.deploy()
        shop.run("rollback")
        assert shop.answered() == "v1"
        assert shop.inspect("server-green")["Image"] == shop.engine.inspect_image("bluegreen-shop:v1")["Id"]
        assert shop.variables("server-green")["GREETING"] == "hello"
        assert shop.inspect("server-green")["Config"]["StopTimeout"] == 11
    finally:
        shop.engine.remove_image(f"{name}:current", force=True)


def test_across_a_release_that_is_not_reversible_it_is_forced_or_refused(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    shop.web(reversible=False)
    shop.deploy("--tag", "v2")
    before = shop.inspect("server-blue")["State"]["StartedAt"]
    told = shop.run("rollback", expect=2).err
    assert "reversible: false" in told
    assert (shop.answered(), shop.containers()) == ("v2", ["server-blue"])
    assert shop.inspect("server-blue")["State"]["StartedAt"] == before
    shop.run("rollback", "--force")
    assert shop.answered() == "v1"
    assert any(line["command"].endswith("rollback --force") for line in shop.run("audit", "--json").json["audit"])


def test_one_step_at_a_time_and_any_release_by_its_name(at_v2: Shop) -> None:
    newest = at_v2.run("history", "--json").json["deployments"][0]["moves"][0]["new"]
    at_v2.run("rollback")
    assert "no earlier release" in at_v2.run("rollback", expect=2).err
    at_v2.run("rollback", "--to", newest[-6:])
    assert at_v2.answered() == "v2"
    assert at_v2.variables("server-blue")["GREETING"] == "goodbye"


def test_a_rollback_that_fails_is_left_to_a_person(shop: Shop) -> None:
    """Both colors stay; nginx goes on asking the one that answers."""
    shop.web(environment={"EXIT_AFTER_REQUESTS": "60"}, restart="no")
    shop.deploy()
    shop.web(environment={})
    shop.deploy("--tag", "v2")
    with running(shop.target, Plan((KeepAlive(count=4, rate=60),), seconds=60)) as load:
        told = shop.run("rollback", "--bake", "30s", expect=5).err
        load.wait_for_answers(60)
    assert "exited with status 1" in told
    assert "bluegreen deploy" in told
    assert shop.containers() == ["server-blue", "server-green"]
    assert load.report.counts().lost == 0, table(load.report)


def test_abort_undoes_what_has_not_cut_over(unmoved: Shop) -> None:
    assert "no deployment is under way" in unmoved.run("abort", expect=2).err
    unmoved.environment("server", READY_DELAY="60")
    with unmoved.started("deploy", "--tag", "v2") as deploying:
        wait_until(lambda: "server-blue" in unmoved.containers(running=True), "v2 has started")
        unmoved.run("abort")
        assert "aborted on request" in deploying.ended(1).err
