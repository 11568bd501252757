"""The shop's images, and shops: one for each test, and one that all share who leave it as it is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import docker
import pytest

from tests.engine.conftest import remove_project
from tests.engine.product.shop import Shop

SHOP = Path(__file__).parents[3] / "examples/shop"
RELEASES = ("v1", "v2", "v3")


@pytest.fixture(scope="session")
def shop_images(engine: docker.APIClient, images: None) -> Iterator[None]:
    """`bluegreen-shop:v1` to `:v3`, built from the example; a container of each keeps it from being pruned."""
    del images
    build(engine, path=str(SHOP), tag="bluegreen-shop:base")
    kept = []
    for release in RELEASES:
        recipe = f"FROM bluegreen-shop:base\nENV RELEASE={release}\n".encode()
        build(engine, fileobj=BytesIO(recipe), tag=f"bluegreen-shop:{release}")
        kept.append(engine.create_container(f"bluegreen-shop:{release}")["Id"])
    yield
    for container in kept:
        engine.remove_container(container)


def build(engine: docker.APIClient, **how: Any) -> None:
    """Build an image; a build that fails says why."""
    for message in engine.build(decode=True, rm=True, **how):
        if "error" in message:
            pytest.fail(message["error"])


Opening = Callable[[Path], AbstractContextManager[Shop]]


@pytest.fixture(scope="session")
def opened(engine: docker.APIClient, shop_images: None, free_port: Callable[[], int]) -> Opening:
    """A function that opens a shop: with a project and a port of its own, removed with all that has its name."""
    del shop_images

    @contextmanager
    def opening(folder: Path) -> Iterator[Shop]:
        shop = Shop(engine, f"t{uuid4().hex[:8]}", folder, free_port())
        try:
            yield shop
        finally:
            for container in engine.containers(all=True, filters={"name": f"^/{shop.project}-"}):
                engine.remove_container(container["Id"], force=True, v=True)
            remove_project(engine, shop.project)

    return opening


@pytest.fixture
def shop(opened: Opening, tmp_path: Path) -> Iterator[Shop]:
    """A shop for one test."""
    with opened(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def shared(opened: Opening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop for the tests of one file, which go on from each other."""
    with opened(tmp_path_factory.mktemp("shop")) as found:
        yield found


@pytest.fixture(scope="session")
def steady(opened: Opening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose first release serves, for all tests after which it still does."""
    with opened(tmp_path_factory.mktemp("steady")) as found:
        found.web()
        found.deploy()
        yield found


@pytest.fixture
def unmoved(steady: Shop) -> Iterator[Shop]:
    """The steady shop; after the test the same container must serve, and nothing else be there or be named."""
    before = steady.inspect("server-green")["State"]["StartedAt"]
    with steady.changed():
        yield steady
    assert steady.answered() == "v1"
    assert steady.containers() == ["server-green"]
    assert steady.inspect("server-green")["State"]["StartedAt"] == before
    assert "server-blue" not in steady.nginx
