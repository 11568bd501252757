"""status and history, as they are printed."""

from dataclasses import replace
from textwrap import dedent

import pytest

from bluegreen.cli.show.history import history_json, history_text
from bluegreen.cli.show.status import status_text
from bluegreen.deploy.status import ServiceStatus, Status
from bluegreen.ledger.records import DeploymentRecord, MoveRecord, StepRecord
from tests.unit.cli.shop import Shop

SERVER = ServiceStatus(
    "shop-server",
    "web",
    "serving",
    "green",
    "01M822ZB0NNJNRAKBTRP7Y1CD1",
    "ghcr.io/acme/server:1.4.2",
    "bbbbbbbbbbbb",
    "0123456789abcdef0123456789abcdef01234567",
)
DATABASE = ServiceStatus("shop-db", "database", "healthy", image="postgres:17")
STATUS = Status("shop", "production", 42, (SERVER, DATABASE), ())


def test_a_status_says_what_serves() -> None:
    expected = """\
        shop (production): nginx serves generation 42

        SERVICE      KIND      STATE    COLOR  RELEASE  IMAGE                      DIGEST        COMMIT
        shop-server  web       serving  green  7Y1CD1   ghcr.io/acme/server:1.4.2  bbbbbbbbbbbb  0123456789
        shop-db      database  healthy                  postgres:17"""
    assert status_text(STATUS, None) == dedent(expected)


def test_what_needs_attention_comes_last() -> None:
    status = replace(
        STATUS,
        environment="",
        generation=None,
        drift=("shop-server: blue is live; the last deployment made green live",),
        under_way="alice@shop1, pid 7, since 2026-01-01 10:00:00: bluegreen deploy",
        unfinished="01M8",
    )
    lines = status_text(status, None).splitlines()
    assert lines[0] == "shop: nginx does not answer"
    assert lines[-3:] == [
        "",
        "drift: shop-server: blue is live; the last deployment made green live",
        "under way: alice@shop1, pid 7, since 2026-01-01 10:00:00: bluegreen deploy",
    ]


def test_a_deployment_that_nobody_works_on_is_unfinished() -> None:
    line = status_text(replace(STATUS, unfinished="01M8"), None).splitlines()[-1]
    assert line == (
        "unfinished: deployment 01M8; the next `bluegreen deploy` finishes or undoes it, "
        "`bluegreen abort` or, after its cutover, `bluegreen rollback` undoes it"
    )


def test_a_hundred_services_fit_the_terminal() -> None:
    services = tuple(replace(SERVER, service=f"shop-server-{number}") for number in range(100))
    lines = status_text(replace(STATUS, services=services), 100).splitlines()
    assert len(lines) == 103
    assert max(map(len, lines)) <= 100


MOVE = MoveRecord(
    "shop-server", "01M822ZB0NNJNRAKBTRP7Y1CD1", "01M822ZB0NNJNRAKBTRP9QW8XZ", "green", "forced", "a:1", "a", "a:2", "b"
)
FIRST = replace(MOVE, service="shop-worker", old=None, old_ref=None, old_run=None)
RECORD = DeploymentRecord(
    "01M822ZB0NNJNRAKBTRP000ABC",
    "deploy",
    1_700_000_000.0,
    1_700_000_003.0,
    1_700_000_012.3,
    "deployed",
    "",
    "alice@shop1",
    "bluegreen deploy",
    "",
    (MOVE, FIRST),
    (StepRecord("", "cutover", 1_700_000_003.0, 1_700_000_003.5),),
)


@pytest.mark.usefixtures("utc")
def test_history_says_when_who_what_and_how_it_ended() -> None:
    failed = replace(RECORD, outcome="failed", reason="shop-server: exited with status 3", moves=(MOVE,))
    under_way = replace(RECORD, ended_at=None, outcome=None, moves=(MOVE,))
    expected = """\
        TIME                 ID      VERB    WHO          OUTCOME     TOOK    SERVICE      RELEASE          REASON
        2023-11-14 22:13:20  000ABC  deploy  alice@shop1  unfinished          shop-server  7Y1CD1 → 9QW8XZ
        2023-11-14 22:13:20  000ABC  deploy  alice@shop1  failed      12.3 s  shop-server  7Y1CD1 → 9QW8XZ  shop-server: exited with status 3
        2023-11-14 22:13:20  000ABC  deploy  alice@shop1  deployed    12.3 s  shop-server  7Y1CD1 → 9QW8XZ
                                                                              shop-worker  none → 9QW8XZ"""  # noqa: E501
    assert history_text([under_way, failed, RECORD], None) == dedent(expected)


def test_a_program_gets_every_step_with_its_time() -> None:
    told = history_json([RECORD])["deployments"][0]  # type: ignore[index]
    assert told["moves"][0]["new"] == "01M822ZB0NNJNRAKBTRP9QW8XZ"
    assert told["steps"][0]["seconds"] == 0.5


def test_without_deployments_history_says_so() -> None:
    assert history_text([], None) == "No deployments."


def test_the_verbs_print_both(shop: Shop) -> None:
    shop.run("deploy", "--tag", "2")
    shop.run("deploy", "worker", "--tag", "1")
    assert shop.run("status").out.startswith("shop: nginx serves generation ")
    services = shop.run("status", "--json").json["services"]
    assert [(s["service"], s["state"], s["color"], s["image"]) for s in services] == [
        ("server", "serving", "green", "acme/server:2"),
        ("worker", "serving", "blue", "acme/server:1"),
    ]
    assert len(shop.run("history").out.splitlines()) == 4
    assert len(shop.run("history", "--limit", "1", "--json").json["deployments"]) == 1
    assert len(shop.run("history", "--service", "server", "--json").json["deployments"]) == 1
