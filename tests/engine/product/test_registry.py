"""Images from a registry that asks for a password: what is deployed is the digest that a tag meant."""

from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import docker
import pytest
from docker.errors import ImageNotFound

from tests.engine.product.published import PROBED, logged_in, push
from tests.engine.product.shop import Shop
from tests.engine.registry import Registry


@pytest.fixture
def tag(engine: docker.APIClient, registry: Registry) -> Iterator[str]:
    """A tag of the registry that moves; its images go after the shop that runs them."""
    repository = f"{registry.address}/t{uuid4().hex[:8]}"
    yield f"{repository}:stable"
    for image in engine.images(repository, all=True):
        with suppress(ImageNotFound):
            engine.remove_image(image["Id"], force=True)


def test_a_tag_is_deployed_as_the_digest_that_it_means(tag: str, shop: Shop, registry: Registry) -> None:
    first = push(shop.engine, registry, tag, "one")
    shop.web(image=tag, port=80, health=PROBED)
    assert f"docker login {registry.address}" in shop.run("deploy", expect=1, DOCKER_CONFIG=str(shop.folder)).err
    account = logged_in(shop, registry)
    shop.deploy(DOCKER_CONFIG=account)
    assert shop.answered() == "one"
    assert shop.inspect("server-green")["Config"]["Image"].endswith(f"@{first}")
    assert [row["why"] for row in shop.deploy(DOCKER_CONFIG=account)["services"]] == ["unchanged"]

    second = push(shop.engine, registry, tag, "two")
    (row,) = shop.deploy(DOCKER_CONFIG=account)["services"]
    assert (row["old_digest"], row["new_digest"]) == (short(first), short(second))
    assert shop.answered() == "two"

    shop.run("rollback", DOCKER_CONFIG=account)
    assert shop.answered() == "one"
    assert shop.inspect("server-green")["Config"]["Image"].endswith(f"@{first}")


def test_a_tag_that_moves_during_a_deployment_is_deployed_as_what_it_meant_before(
    tag: str, shop: Shop, registry: Registry
) -> None:
    first = push(shop.engine, registry, tag, "one")
    shop.web(image=tag, port=80, health={"http": {"path": "/"}, "deadline": "10s", "interval": "100ms"})
    account = logged_in(shop, registry)
    shop.run("deploy", "--hold", DOCKER_CONFIG=account)
    second = push(shop.engine, registry, tag, "two")
    assert first != second
    shop.run("promote", DOCKER_CONFIG=account)
    assert shop.answered() == "one"
    assert shop.inspect("server-green")["Config"]["Image"].endswith(f"@{first}")
    assert shop.run("plan", "--json", DOCKER_CONFIG=account).json["services"][0]["new_digest"] == short(second)


def short(digest: str) -> str:
    """As a person compares it."""
    return digest.removeprefix("sha256:")[:12]
