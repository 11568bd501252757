"""A real PostgreSQL beside a shop, which bluegreen verifies and never touches."""

from typing import Any

from tests.engine.product.shop import Shop
from tests.waiting import wait_until

DATABASE = {"kind": "database", "engine": "postgres", "version": 17}


def url(shop: Shop) -> str:
    """Where the shop's containers find it."""
    return f"postgresql://postgres:secret@{shop.named('db')}/postgres"


def started(shop: Shop) -> None:
    """Start it as people do without bluegreen, and wait until it serves."""
    shop.engine.create_network(shop.project, labels={"bluegreen.project": shop.project})
    network: Any = {shop.project: shop.engine.create_endpoint_config()}
    shop.engine.create_container(
        "postgres:17",
        name=shop.named("db"),
        environment={"POSTGRES_PASSWORD": "secret"},
        networking_config=shop.engine.create_networking_config(network),
    )
    again(shop)


def again(shop: Shop) -> None:
    """Start one that was stopped, and wait until it serves."""
    shop.engine.start(shop.named("db"))
    wait_until(lambda: serves(shop), "the database serves", 30)


def serves(shop: Shop) -> bool:
    """Whether it takes connections."""
    asked = shop.engine.exec_create(shop.named("db"), ["pg_isready", "-h", "127.0.0.1"])["Id"]
    shop.engine.exec_start(asked)
    return bool(shop.engine.exec_inspect(asked)["ExitCode"] == 0)
