"""Several services, one commit point."""

from typing import Any

import pytest

from tests.engine.product.shop import HEALTH, Shop


def steps(report: dict[str, Any], step: str) -> list[dict[str, Any]]:
    """The steps of one kind, in the order in which they began."""
    return [each for each in report["steps"] if each["step"] == step]


@pytest.fixture(scope="module")
def several(shared: Shop) -> Shop:
    """A server, and a store that depends on it."""
    shared.web(environment={"READY_DELAY": "1"})
    server = shared.named("server")
    shared.web("store", path="/store", depends_on={server: {"condition": "service_healthy"}})
    return shared


def test_one_starts_when_what_it_depends_on_is_healthy(several: Shop) -> None:
    report = several.deploy()
    began = {each["service"]: each["started_at"] for each in steps(report, "start")}
    assert began[several.named("store")] > began[several.named("server")] + 0.9
    assert (several.answered(), several.answered("/store")) == ("v1", "v1")


def test_both_stay_when_one_fails(several: Shop) -> None:
    with several.changed():
        several.environment("store", FAIL_HEALTH="1")
        several.web("store", health={**HEALTH, "deadline": "1s"})
        several.deploy("--tag", "v2", expect=1)
    assert (several.answered(), several.answered("/store")) == ("v1", "v1")
    assert several.containers() == ["server-green", "store-green"]


def test_one_rename_moves_both(several: Shop) -> None:
    report = several.deploy("--tag", "v2")
    (cutover,) = steps(report, "cutover")
    assert {several.named("server"), several.named("store")} <= set(cutover["detail"].replace(",", "").split())
    assert (several.answered(), several.answered("/store")) == ("v2", "v2")


def test_what_does_not_depend_on_each_other_starts_and_is_probed_side_by_side(several: Shop) -> None:
    with several.changed():
        several.web("store", depends_on=[], environment={"READY_DELAY": "1"})
        report = several.deploy("--tag", "v1")
    for step in ("start", "health"):
        one, other = steps(report, step)
        assert max(one["started_at"], other["started_at"]) < min(one["ended_at"], other["ended_at"]), step


def test_only_the_named_one_moves(several: Shop) -> None:
    several.deploy("--tag", "v3", several.named("store"))
    assert (several.answered(), several.answered("/store")) == ("v1", "v3")
