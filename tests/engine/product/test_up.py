"""A whole environment for a while: made by one command, gone by another, and never in the way of one that lasts."""

from collections.abc import Iterator
from typing import Any

import pytest
from docker.errors import NotFound

from tests.engine.product.shop import Shop

SIM = ("--env", "prod-sim")


@pytest.fixture
def topology(shop: Shop) -> Iterator[Shop]:
    """A database, a server that migrates and writes to it, and a worker; nothing of it runs."""
    url = f"postgresql://shop:shop@{shop.named('db')}/shop"
    shop.services[shop.named("db")] = {"kind": "database", "engine": "postgres", "version": 17}
    shop.web(environment={"DATABASE_URL": url}, release_command={"command": ["migrate"]}, depends_on=[shop.named("db")])
    shop.worker(environment={"DATABASE_URL": url})
    variables = {"POSTGRES_USER": "shop", "POSTGRES_PASSWORD": "shop", "POSTGRES_DB": "shop"}
    volume = f"{shop.project}-data:/var/lib/postgresql/data"
    database = {"environment": variables, "volumes": [volume]}
    shop.environments = {"prod-sim": {"disposable": True, "services": {shop.named("db"): database}}, "production": {}}
    yield shop
    for name in there(shop):
        shop.engine.remove_container(shop.named(name), force=True)
    for name in volumes(shop):
        shop.engine.remove_volume(name, force=True)


def volumes(shop: Shop) -> list[str]:
    found = shop.engine.volumes(filters={"name": shop.project})["Volumes"] or ()
    return [volume["Name"] for volume in found]


def there(shop: Shop) -> list[str]:
    """The names of all containers that the engine has of the project, whoever made them."""
    mine = shop.engine.containers(all=True, filters={"name": f"^/{shop.project}-"})
    return sorted(each["Names"][0].removeprefix(f"/{shop.project}-") for each in mine)


def network(shop: Shop) -> Any:
    try:
        return shop.engine.inspect_network(shop.project)
    except NotFound:
        return None


def test_all_of_it_is_made_checked_and_removed_again(topology: Shop) -> None:
    shop = topology
    report = shop.run("up", "--json", *SIM).json
    assert report["outcome"] == "deployed"
    assert any("PostgreSQL 17" in note for note in report["notes"])
    assert there(shop) == ["db", "proxy", "server-green", "worker-green"]
    assert shop.answered() == "v1"
    assert (shop.state / "belongs-to").read_text() == f"{shop.project} prod-sim"

    assert shop.run("up", "--json", *SIM).json["outcome"] is None
    assert shop.run("up", "--json", "--tag", "v2", *SIM).json["outcome"] == "deployed"
    assert shop.answered() == "v2"

    kept = shop.run("down", *SIM).out
    assert kept == f"removed: 4 containers, the network {shop.project}\nkept, until --volumes: {shop.project}-data\n"
    assert (there(shop), network(shop), shop.state.exists()) == ([], None, False)

    shop.run("up", *SIM)
    removed = shop.run("down", "--volumes", "--json", *SIM).json
    assert removed["volumes"] == [f"{shop.project}-data"]
    assert (there(shop), network(shop), volumes(shop), shop.state.exists()) == ([], None, [], False)


def test_what_lasts_is_neither_made_nor_removed(topology: Shop) -> None:
    for verb in ("up", "down"):
        for environment in ((), ("--env", "production")):
            told = topology.run(verb, *environment, expect=2).err
            assert "is not disposable" in told
    assert there(topology) == []


def test_two_environments_are_never_on_one_host(topology: Shop) -> None:
    shop = topology
    shop.run("up", *SIM)
    before = there(shop)
    told = shop.run("deploy", "--env", "production", expect=2).err
    assert (
        f"the state directory {shop.state} is that of the disposable environment prod-sim of project {shop.project}"
        in told
    )
    elsewhere: Any = {"BLUEGREEN_STATE": str(shop.folder / "production")}
    told = shop.run("deploy", "--env", "production", expect=1, **elsewhere).err
    assert f"the name {shop.project}-proxy is taken by a container" in told
    assert there(shop) == before
    assert shop.answered() == "v1"
    shop.run("down", "--volumes", *SIM)

    del shop.services[shop.named("db")], shop.services[shop.named("worker")]
    shop.environments["prod-sim"].pop("services")
    shop.services[shop.named("server")].pop("depends_on")
    shop.services[shop.named("server")].pop("release_command")
    shop.services[shop.named("server")].pop("environment")
    shop.run("deploy", "--env", "production", **elsewhere)
    told = shop.run("up", *SIM, expect=1).err
    assert f"the name {shop.project}-proxy is taken by a container of something else on this host" in told
    shop.run("down", *SIM)
    assert there(shop) == ["proxy", "server-green"]
    assert network(shop) is not None
    assert shop.answered() == "v1"


def test_what_others_made_is_not_taken_over(topology: Shop) -> None:
    shop = topology
    shop.engine.create_volume(f"{shop.project}-data")
    told = shop.run("up", *SIM, expect=1).err
    assert f"the volume {shop.project}-data is there already and was not made for prod-sim" in told
    shop.engine.remove_volume(f"{shop.project}-data")
    shop.engine.create_network(shop.project)
    told = shop.run("up", *SIM, expect=1).err
    assert f"the network {shop.project} is there already and was not made for prod-sim" in told
    shop.run("down", "--volumes", *SIM)
    assert network(shop) is not None
    shop.engine.remove_network(shop.project)


def test_a_database_that_does_not_start_is_told_with_its_last_words(topology: Shop) -> None:
    shop = topology
    del shop.environments["prod-sim"]["services"][shop.named("db")]["environment"]
    told = shop.run("up", *SIM, expect=1).err
    assert "its last words:" in told
    assert "POSTGRES_PASSWORD" in told
    assert f"docker logs {shop.named('db')}" in told
    shop.run("down", "--volumes", *SIM)


def test_what_is_mounted_or_for_development_is_refused_before_anything_is_made(topology: Shop) -> None:
    shop = topology
    shop.environments["prod-sim"]["services"][shop.named("server")] = {"volumes": ["./src:/app"]}
    shop.worker(command=["npm", "run", "dev"])
    ran = shop.run("up", *SIM, expect=2)
    assert "error BG202: " in ran.out
    assert "error BG203: " in ran.out
    assert there(shop) == []
    assert not shop.state.exists()
