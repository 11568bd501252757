"""Of what others are told, and that it changes nothing."""

import pytest

from bluegreen.ledger.lock import locked
from bluegreen.ledger.records import Author
from bluegreen.model.color import Color
from bluegreen.model.errors import ConfigError
from bluegreen.model.ports import Tally
from tests.unit.cli.shop import Shop


def told(shop: Shop) -> list[str]:
    """The moments since the last look, each with its verb."""
    found = [f"{each.verb} {each.event}" for each in shop.notifier.all]
    shop.notifier.all.clear()
    return found


def test_every_moment_of_a_deployment_is_told(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    assert told(shop) == ["deploy started", "deploy succeeded"]
    shop.run("deploy", "--tag", "1")
    assert told(shop) == ["deploy skipped"]
    shop.run("deploy", "--tag", "2", "--hold")
    assert told(shop) == ["deploy started", "deploy held"]
    shop.run("promote")
    assert told(shop) == ["promote started", "promote succeeded"]
    shop.run("rollback")
    assert told(shop) == ["rollback started", "rollback rolled_back"]
    shop.run("deploy", "--tag", "2", "--hold")
    shop.run("abort")
    assert told(shop) == ["deploy started", "deploy held", "abort rolled_back"]


def test_failures_are_told_with_their_reason(shop: Shop) -> None:
    shop.run("deploy", "--tag", "1")
    shop.proxy.tallies = {("server", Color.BLUE): Tally(100, 90)}
    told(shop)
    assert shop.run("deploy", "--tag", "2", "--bake", "5s").status == 4
    started, ended = shop.notifier.all
    assert (started.deployment, started.outcome) == (ended.deployment, "")
    assert "90 of 100 answers failed" in ended.reason
    assert ended.services[0]["new_image"] == "acme/server:2"
    assert told(shop) == ["deploy started", "deploy rolled_back"]
    shop.engine.faults.exits_on_start["server-blue"] = 3
    assert shop.run("deploy", "--tag", "2").status == 1
    assert told(shop) == ["deploy started", "deploy failed"]


def test_what_broke_off_without_a_report_is_told_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bluegreen.deploy.deploy.deploy", fail)
    assert shop.run("deploy").status == 3
    assert [each.reason for each in shop.notifier.all] == [
        "ZeroDivisionError, which nobody expected: this is a bug in bluegreen"
    ]
    assert told(shop) == ["deploy failed"]


def test_what_touched_nothing_is_told_to_nobody(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (("status",), ("plan", "--tag", "1"), ("deploy", "--dry-run"), ("history",), ("promote",)):
        shop.run(*words)
    with locked(shop.folder / "lock", Author("alice@shop1", "terminal", "bluegreen deploy"), 0.0):
        assert shop.run("deploy").status == 75

    def refuse(*_: object) -> None:
        raise ConfigError("refused by the release policy")

    monkeypatch.setattr("bluegreen.deploy.deploy.deploy", refuse)
    assert shop.run("deploy").status == 2
    assert told(shop) == []


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_what_was_not_delivered_is_a_warning_and_changes_nothing(shop: Shop, more: tuple[str, ...]) -> None:
    shop.notifier.undelivered = ("notify[0]: succeeded was not delivered to hooks.test: it answered 404",)
    ran = shop.run("deploy", "--tag", "1", *more)
    assert ran.status == 0
    assert f"warning: {shop.notifier.undelivered[0]}\n" in ran.err
