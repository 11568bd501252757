"""A color of several containers."""

import time

import pytest

from tests.engine.product.shop import Shop

LEARNT = 3.0
"""Seconds after which nginx has looked a name up again."""


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


def test_one_that_dies_is_hardly_missed_and_comes_with_the_next_deployment(three: Shop) -> None:
    """Nginx asks another one; at most one request, on its way as the dead address loses its name, is not repeated."""
    three.engine.kill(three.named("server-blue-2"))
    learnt = time.monotonic() + LEARNT
    answers: list[int] = []
    while time.monotonic() < learnt:
        answers.append(three.get().status_code)
    assert len(answers) - answers.count(200) <= 1
    assert answers[-1] == 200
    (told,) = three.status()["services"]
    assert told["state"] == "degraded (2 of 3)"
    report = three.deploy("--tag", "v2")
    assert [row["why"] for row in report["services"]] == ["2 of 3 containers run"]
    assert three.containers(running=True) == ["server-green-1", "server-green-2", "server-green-3"]
