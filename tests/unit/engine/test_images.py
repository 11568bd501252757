"""What a reference means where the engine can't tell by itself."""

from typing import Any, cast

import pytest
from docker import APIClient
from docker.errors import APIError, ImageNotFound

from bluegreen.engine import registry
from bluegreen.engine.images import DockerImages
from bluegreen.model.errors import EngineError
from bluegreen.model.release import Image

CONFIG, MANIFEST, OTHER = ("sha256:" + digit * 64 for digit in "abc")
DENIED = "pull access denied for shop, repository does not exist or may require 'docker login': denied"


class Client:
    """An engine with some images, and a registry that answers this."""

    def __init__(self, answer: str, **images: dict[str, Any]) -> None:
        self._answer = answer
        self._images = images

    def inspect_image(self, ref: str) -> dict[str, Any]:
        for image in self._images.values():
            if ref in (image["Id"], *image["RepoTags"], *image["RepoDigests"]):
                return image
        raise ImageNotFound("404")

    def inspect_distribution(self, _: str) -> dict[str, Any]:
        if self._answer.startswith("sha256:"):
            return {"Descriptor": {"digest": self._answer}}
        raise APIError("500", explanation=self._answer)


def image(identity: str, *digests: str, tag: str = "shop:1") -> dict[str, Any]:
    return {"Id": identity, "RepoTags": [tag], "RepoDigests": list(digests), "Size": 7, "Os": "linux"}


def resolved(client: Client, policy: str = "always") -> Image:
    return DockerImages(cast(APIClient, client)).resolve("shop:1", policy, None)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_FIRST_PAUSE", 0)


def test_in_the_classic_store_what_was_built_here_has_no_digest_and_nobody_is_asked() -> None:
    assert resolved(Client("never asked", a=image(CONFIG))).run == CONFIG


def test_an_image_that_another_repository_has_was_tagged_here() -> None:
    assert resolved(Client("never asked", a=image(CONFIG, f"ghcr.io/acme/shop@{MANIFEST}"))).run == CONFIG


def test_in_containerds_store_what_was_built_here_looks_pulled_and_is_used_with_a_note() -> None:
    found = resolved(Client(DENIED, a=image(MANIFEST, f"shop@{MANIFEST}")))
    assert (found.run, found.present) == (f"shop@{MANIFEST}", True)
    assert found.note == f"ask the registry for shop:1: {DENIED}; going on with the shop:1 that is here"


def test_in_the_classic_store_a_registry_that_refuses_is_believed() -> None:
    with pytest.raises(EngineError, match="pull access denied"):
        resolved(Client(DENIED, a=image(CONFIG, f"shop@{MANIFEST}")))


def test_the_registrys_digest_counts_and_not_that_of_the_tag_here() -> None:
    found = resolved(Client(OTHER, a=image(CONFIG, f"shop@{MANIFEST}")))
    assert (found.run, found.present, found.size) == (f"shop@{OTHER}", False, 0)


@pytest.mark.parametrize("policy", ["missing", "never"])
def test_what_is_here_is_enough_for_the_other_policies(policy: str) -> None:
    found = resolved(Client(OTHER, a=image(CONFIG, f"shop@{MANIFEST}")), policy)
    assert (found.run, found.present, found.size) == (f"shop@{MANIFEST}", True, 7)
