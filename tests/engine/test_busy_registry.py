"""A registry that fails, between the real engine and us: what is asked again, how soon, and what is not."""

import time
from collections.abc import Iterator

import docker
import pytest

from bluegreen.engine import registry as patience
from bluegreen.engine.images import DockerImages
from bluegreen.model.errors import EngineError, NoSuchImage, RegistryUnavailable
from tests.engine.faulty_registry import DIGEST, RESET, FaultyRegistry, faulty_registry


@pytest.fixture
def faulty() -> Iterator[FaultyRegistry]:
    """A registry that does what the test says."""
    with faulty_registry() as registry:
        yield registry


@pytest.fixture
def images(engine: docker.APIClient, monkeypatch: pytest.MonkeyPatch) -> DockerImages:
    """Images, with short pauses of our own."""
    monkeypatch.setattr(patience, "_FIRST_PAUSE", 0.01)
    return DockerImages(engine)


@pytest.mark.parametrize("fault", [500, 502, 503, RESET])
def test_what_passes_is_asked_again(images: DockerImages, faulty: FaultyRegistry, fault: int) -> None:
    faulty.faults = [fault] * 3
    assert images.resolve(faulty.image, "always", None).digest == DIGEST


def test_a_busy_registry_is_left_alone_as_long_as_it_asks(images: DockerImages, faulty: FaultyRegistry) -> None:
    faulty.faults, faulty.retry_after = [429, 429], "2"
    begun = time.monotonic()
    assert images.resolve(faulty.image, "always", None).digest == DIGEST
    assert 2 <= time.monotonic() - begun < 10


def test_a_registry_that_asks_for_too_long_is_not_waited_for(images: DockerImages, faulty: FaultyRegistry) -> None:
    faulty.lasting, faulty.retry_after = 429, "3600"
    begun = time.monotonic()
    with pytest.raises(RegistryUnavailable, match=r"\(it asks to wait 3600 s\)") as caught:
        images.resolve(faulty.image, "always", None)
    assert time.monotonic() - begun < 10
    assert caught.value.hint.startswith(f"docker login 127.0.0.1:{faulty.port}")


def test_a_fault_that_lasts_is_told_after_a_few_attempts(images: DockerImages, faulty: FaultyRegistry) -> None:
    faulty.lasting = 503
    with pytest.raises(RegistryUnavailable, match="503"):
        images.resolve(faulty.image, "always", None)
    assert faulty.asked <= 16


@pytest.mark.parametrize(("status", "kind"), [(401, EngineError), (403, EngineError), (404, NoSuchImage)])
def test_a_refusal_is_asked_for_once(
    images: DockerImages, faulty: FaultyRegistry, status: int, kind: type[EngineError]
) -> None:
    faulty.lasting = status
    with pytest.raises(kind) as caught:
        images.resolve(faulty.image, "always", None)
    assert not isinstance(caught.value, RegistryUnavailable)
    assert "docker login" in caught.value.hint
    once = faulty.asked
    with pytest.raises(kind):
        images.resolve(faulty.image, "always", None)
    assert faulty.asked == 2 * once <= 8
