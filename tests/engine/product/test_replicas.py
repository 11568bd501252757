"""A color of several containers."""

import pytest

from tests.engine.product.shop import Shop


@pytest.fixture(scope="module")
def three(shared: Shop) -> Shop:
    shared.web(replicas=3)
    shared.deploy()
    return shared


def test_they_serve_together_and_change_together(three: Shop) -> None:
    assert three.containers() == ["server-green-1", "server-green-2", "server-green-3"]
    assert len({three.get().json()["hostname"] for _ in range(30)}) == 3
    three.deploy("--tag", "v2")
    assert three.containers() == ["server-blue-1", "server-blue-2", "server-blue-3"]


def test_one_that_dies_is_missed_by_nobody_and_comes_with_the_next_deployment(three: Shop) -> None:
    """No clients wait: nginx asks the next one."""
    three.engine.kill(three.named("server-blue-2"))
    assert {three.get().status_code for _ in range(50)} == {200}
    (told,) = three.status()["services"]
    assert told["state"] == "degraded (2 of 3)"
    report = three.deploy("--tag", "v2")
    assert [row["why"] for row in report["services"]] == ["2 of 3 containers run"]
    assert three.containers(running=True) == ["server-green-1", "server-green-2", "server-green-3"]
