"""A first services.yaml from what docker run has started."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from bluegreen.config.environment import resolve_environment
from bluegreen.config.load import load
from tests.engine.product.shop import Shop


@pytest.fixture
def started(shop: Shop, engine: docker.APIClient) -> Iterator[Shop]:
    """A database and a server on a network, as people start them by hand."""
    engine.create_network(shop.project, labels={"bluegreen.project": shop.project})
    endpoints: Any = {shop.project: engine.create_endpoint_config()}
    network = engine.create_networking_config(endpoints)
    engine.create_container(
        "postgres:17",
        name=shop.named("db"),
        environment={"POSTGRES_PASSWORD": "hunter2", "POSTGRES_DB": "goods"},
        networking_config=network,
    )
    engine.create_container(
        "bluegreen-shop:v1",
        ["worker"],
        name=shop.named("server"),
        environment={"DATABASE_URL": f"postgresql://postgres:hunter2@{shop.named('db')}/goods", "GREETING": "a $x"},
        ports=[3000],
        host_config=engine.create_host_config(
            mem_limit="128m", port_bindings={3000: ("127.0.0.1", shop.port)}, binds=[f"{shop.folder}:/data:ro"]
        ),
        networking_config=network,
    )
    for name in ("db", "server"):
        engine.start(shop.named(name))
    yield shop
    for name in ("db", "server"):
        engine.remove_container(shop.named(name), force=True, v=True)


def test_running_containers_become_services(started: Shop) -> None:
    names = [word for name in ("db", "server") for word in ("--container", started.named(name))]
    file = started.folder / "drafted.yaml"
    written = started.run("init", "-f", str(file), *names, "--json").json
    assert written["services"] == [started.named("db"), started.named("server")]
    assert "hunter2" not in file.read_text()
    (secrets,) = map(Path, written["env_files"])
    assert secrets.stat().st_mode & 0o777 == 0o600

    started.run("check", "-f", str(file))
    project = load(file, None)
    database, server = project.services.values()
    assert project.network == started.project
    assert (database.version, database.database) == (17, "goods")
    assert (server.image, server.port, server.command) == ("bluegreen-shop:v1", 3000, ("worker",))
    assert (server.mem_limit, server.volumes) == (128 * 1024**2, (f"{started.folder}:/data:ro",))
    assert resolve_environment(server, started.folder) == {
        "DATABASE_URL": f"postgresql://postgres:hunter2@{started.named('db')}/goods",
        "GREETING": "a $x",
    }

    told = started.run("init", "-f", str(file), *names, expect=2).err
    assert "is there already, and init overwrites nothing" in told
    assert "there is no container" in started.run("init", "-f", "x.yaml", "--container", "no-such", expect=1).err
