"""What a registry's answer means, and when it is asked again."""

import pytest

from bluegreen.engine import registry
from bluegreen.engine.registry import patiently
from bluegreen.model.errors import EngineError, NoSuchImage, RegistryUnavailable

REF = "ghcr.io/acme/app:v1"
LOGIN = "docker login ghcr.io"


class Asked:
    """A registry that gives these answers, one after the other."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        answer = self.answers.pop(0)
        if answer != "fine":
            raise EngineError(f"ask the registry for {REF}: {answer}")
        return answer


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_FIRST_PAUSE", 0)


@pytest.mark.parametrize(
    "words",
    [
        "toomanyrequests: You have reached your pull rate limit",
        "received unexpected HTTP status: 503 Service Unavailable",
        'Get "https://ghcr.io/v2/": read tcp 10.0.0.1:1: connection reset by peer',
        'Get "https://ghcr.io/v2/": net/http: TLS handshake timeout',
        'Get "https://ghcr.io/v2/": EOF',
        'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host',
    ],
)
def test_a_passing_fault_is_tried_again(words: str) -> None:
    asked = Asked(words, words, "fine")
    assert patiently(REF, asked) == "fine"
    assert asked.times == 3


def test_a_lasting_fault_says_that_the_registry_is_the_trouble() -> None:
    asked = Asked(*["dial tcp: connection refused"] * 9)
    with pytest.raises(RegistryUnavailable, match="connection refused") as caught:
        patiently(REF, asked)
    assert caught.value.hint == "is ghcr.io up, and reachable from here?"
    assert asked.times == 4


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ('Head "https://ghcr.io/v2/acme/app/manifests/v1": no basic auth credentials', LOGIN),
        ('Head "https://ghcr.io/v2/acme/app/manifests/v1": unauthorized', LOGIN),
        ('Head "https://ghcr.io/v2/acme/app/manifests/v1": denied: denied', LOGIN),
        ("manifest unknown: manifest unknown", f"is the tag right? docker pull {REF}; a private image: {LOGIN}"),
    ],
)
def test_a_refusal_is_final_and_says_what_to_type(words: str, hint: str) -> None:
    asked = Asked(words)
    with pytest.raises(EngineError) as caught:
        patiently(REF, asked)
    assert not isinstance(caught.value, RegistryUnavailable)
    assert (asked.times, caught.value.hint) == (1, hint)


@pytest.mark.parametrize("ref", ["ghcr.io/acme/app:build-429", "ghcr.io/denied/app:v1", "nginx:429"])
def test_what_is_asked_for_is_not_taken_for_an_answer(ref: str) -> None:
    def call() -> str:
        raise EngineError(f"ask the registry for {ref}: manifest for {ref} not found: manifest unknown")

    with pytest.raises(NoSuchImage):
        patiently(ref, call)
