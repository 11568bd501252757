"""One command at a time, and none that a dead one holds up."""

import signal
from collections.abc import Iterator

import pytest

from tests.engine.product.shop import Shop, Started
from tests.waiting import wait_until


@pytest.fixture
def held(unmoved: Shop) -> Iterator[Started]:
    """A deployment that waits for a release which never gets ready."""
    with unmoved.changed():
        unmoved.environment("server", READY_DELAY="60")
        with unmoved.started("deploy", "--tag", "v2") as deploying:
            wait_until(lambda: "server-blue" in unmoved.containers(running=True), "v2 has started")
            yield deploying


def test_a_second_deployment_is_refused_and_told_who_works(unmoved: Shop, held: Started) -> None:
    told = unmoved.run("deploy", expect=75).err
    assert f"pid {held.pid}" in told
    assert "bluegreen deploy --tag v2" in told
    assert f"pid {held.pid}" in unmoved.run("status").out
    held.signal(signal.SIGTERM)
    assert "interrupted before the cutover; the old release serves" in held.ended(130).err


def test_one_that_waits_goes_on_when_the_other_has_ended(unmoved: Shop, held: Started) -> None:
    unmoved.environment("server", READY_DELAY="0")
    with unmoved.changed():
        unmoved.services[unmoved.named("server")].pop("environment")
        with unmoved.started("deploy", "--json", "--wait-lock", "30s") as waiting:
            unmoved.run("abort")
            held.ended(1)
            assert waiting.ended().json["services"][0]["why"] == "unchanged"


def test_a_wait_for_the_lock_ends(unmoved: Shop, held: Started) -> None:
    assert f"pid {held.pid}" in unmoved.run("deploy", "--wait-lock", "300ms", expect=75).err
    unmoved.run("abort")
    held.ended(1)
