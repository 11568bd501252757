"""With an outer proxy that is trusted: the engine's host, here."""

from collections.abc import Callable

import pytest

from bluegreen.proxy import layout
from tests.engine.stage import BLUE, HOST, Stage, settled


@pytest.fixture(scope="module", params=["1.22", "1.30"])
def stage(request: pytest.FixtureRequest, open_stage: Callable[..., Stage]) -> Stage:
    made = open_stage(request.param)
    made.start(BLUE)
    made.up(made.proxied(settled(BLUE)), trust_proxy=[made.gateway, "10.0.0.0/8"])
    return made


def test_its_word_is_passed_on_and_the_chain_is_continued(stage: Stage) -> None:
    said = {
        "X-Forwarded-For": "203.0.113.9, 10.1.2.3",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "outer.test",
        "X-Forwarded-Port": "443",
        "X-Request-ID": "outer-1",
    }
    seen = stage.ask("/headers", headers=said).json["headers"]
    assert seen["x-forwarded-for"] == f"203.0.113.9, 10.1.2.3, {stage.gateway}"
    assert seen["x-real-ip"] == "203.0.113.9"
    assert {name: seen[name.lower()] for name in said if name != "X-Forwarded-For"} == {
        name: value for name, value in said.items() if name != "X-Forwarded-For"
    }


def test_where_it_says_nothing_or_nonsense_the_truth_is_told(stage: Stage) -> None:
    seen = stage.ask("/headers", headers={"X-Forwarded-Proto": "gopher", "X-Request-ID": "a b"}).json["headers"]
    assert (seen["x-forwarded-for"], seen["x-forwarded-proto"]) == (stage.gateway, "http")
    assert seen["x-forwarded-host"] == HOST
    assert len(seen["x-request-id"]) == 32


def test_it_does_not_get_to_the_control_endpoint_by_its_word(stage: Stage) -> None:
    assert stage.ask_inside(stage.name(), layout.CONTROL, layout.CONTROL_NAME, "127.0.0.1") == "403 None"
