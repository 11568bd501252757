"""Images of earlier releases go before the next one comes, those that somebody needs stay."""

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
def repository(engine: docker.APIClient, registry: Registry) -> Iterator[str]:
    """A repository of the registry; its images go after the shop that runs them."""
    name = f"{registry.address}/t{uuid4().hex[:8]}"
    yield name
    for image in engine.images(name, all=True):
        with suppress(ImageNotFound):
            engine.remove_image(image["Id"], force=True)


def digests(engine: docker.APIClient, repository: str) -> set[str]:
    """What the engine has of a repository."""
    listed = engine.images(repository, all=True)
    return {digest.partition("@")[2] for image in listed for digest in image["RepoDigests"]}


def test_earlier_images_go_but_those_that_are_kept_used_or_named_otherwise(
    repository: str, shop: Shop, registry: Registry
) -> None:
    engine, tag, account = shop.engine, f"{repository}:stable", logged_in(shop, registry)
    shop.keep_releases = 1
    shop.web(image=tag, port=80, health=PROBED)
    pushed, notes = [], []
    for number in range(6):
        pushed.append(push(engine, registry, tag, f"r{number}"))
        notes += shop.deploy(DOCKER_CONFIG=account)["notes"]
        if number == 0:
            engine.tag(f"{repository}@{pushed[0]}", f"{shop.project}-mine", "1")
        if number == 1:
            engine.create_container(f"{repository}@{pushed[1]}", name=f"{shop.project}-of-somebody-else")
    try:
        # what serves, the one to go back to when the last deployment began, and the one before that
        assert digests(engine, repository) == {*pushed[3:], pushed[0], pushed[1]}
        assert engine.inspect_image(f"{shop.project}-mine:1")
        assert len([note for note in notes if note.startswith("removed the image")]) == 1
        assert "removed the image" in shop.run("audit", "--json").out

        first = shop.run("history", "--json").json["deployments"][3]["moves"][0]["new"]
        shop.run("rollback", "--to", first, DOCKER_CONFIG=account)
        assert shop.answered() == "r2"
    finally:
        engine.remove_image(f"{shop.project}-mine:1")


def test_images_that_were_built_here_go_with_the_tags_by_which_they_were_deployed(shop: Shop) -> None:
    engine, built = shop.engine, []
    shop.keep_releases = 1
    try:
        for number in range(5):
            tag = f"{shop.project}:{number}"
            image = engine.commit(
                engine.create_container("bluegreen-shop:v1", name=f"{shop.project}-c{number}")["Id"],
                shop.project, str(number), conf={"Env": [f"RELEASE=n{number}"]},
            )["Id"]  # fmt: skip
            engine.remove_container(f"{shop.project}-c{number}")
            built.append(image)
            shop.web(image=tag, pull_policy="never")
            shop.deploy()
        left = {image["Id"] for image in engine.images(shop.project)}
        assert left == set(built[2:])
        shop.run("rollback")
        assert shop.answered() == "n3"
        shop.run("rollback", "--to", _oldest(shop), expect=1)
        assert shop.answered() == "n3"
    finally:
        for container in engine.containers(all=True, filters={"name": f"^/{shop.project}-"}):
            engine.remove_container(container["Id"], force=True)
        for image in built:
            with suppress(ImageNotFound):
                engine.remove_image(image, force=True)


def _oldest(shop: Shop) -> str:
    return str(shop.run("history", "--json").json["deployments"][-1]["moves"][0]["new"])
