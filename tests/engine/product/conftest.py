"""The shop's images, and a shop for each test."""

from collections.abc import Callable, Iterator
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
def shop_images(engine: docker.APIClient, images: None) -> None:
    """`bluegreen-shop:v1` to `:v3`, built from the example."""
    del images
    build(engine, path=str(SHOP), tag="bluegreen-shop:base")
    for release in RELEASES:
        recipe = f"FROM bluegreen-shop:base\nENV RELEASE={release}\n".encode()
        build(engine, fileobj=BytesIO(recipe), tag=f"bluegreen-shop:{release}")


def build(engine: docker.APIClient, **how: Any) -> None:
    """Build an image; a build that fails says why."""
    for message in engine.build(decode=True, rm=True, **how):
        if "error" in message:
            pytest.fail(message["error"])


@pytest.fixture
def shop(engine: docker.APIClient, shop_images: None, free_port: Callable[[], int], tmp_path: Path) -> Iterator[Shop]:
    """A shop with a project and a port of its own, removed afterwards."""
    del shop_images
    found = Shop(engine, f"t{uuid4().hex[:8]}", tmp_path, free_port())
    yield found
    remove_project(engine, found.project)
