"""The closing summary."""

from dataclasses import replace
from textwrap import dedent

import pytest

from bluegreen.cli.show.report import report_json, report_text
from bluegreen.deploy.report import Report, ServiceReport
from bluegreen.ledger.records import StepRecord
from bluegreen.model.deployment import Outcome

MOVED = ServiceReport(
    service="shop-server",
    happened="deployed",
    why="image aaaaaaaaaaaa → bbbbbbbbbbbb",
    old_image="acme/server:1.4.1",
    new_image="acme/server:1.4.2",
    old_digest="aaaaaaaaaaaa",
    new_digest="bbbbbbbbbbbb",
    old_release="01M822ZB0NNJNRAKBTRP7Y1CD1",
    new_release="01M822ZB0NNJNRAKBTRP7Y1CD2",
    color="green",
)
FIRST = replace(
    MOVED, service="shop-worker", why="first deployment", old_image="", old_digest="", old_release="", color="blue"
)
STAYED = ServiceReport("shop-storefront", "skipped", "unchanged")
STEPS = (
    StepRecord("shop-server", "start", 10.0, 10.4),
    StepRecord("shop-worker", "start", 10.0, 10.5),
    StepRecord("shop-server", "health", 10.4, 11.65),
    StepRecord("", "cutover", 11.7, 11.701),
    StepRecord("", "drain", 12.0, 12.5),
    StepRecord("", "drain", 13.0, 13.25),
)
DEPLOYED = Report(
    "deploy",
    (MOVED, FIRST, STAYED),
    Outcome.DEPLOYED,
    "01M8",
    notes=("vendure-db: PostgreSQL 17",),
    steps=STEPS,
    seconds=13.3,
)


def test_a_row_says_from_what_to_what_and_why_and_how_long_each_step_took() -> None:
    expected = """\
        vendure-db: PostgreSQL 17
        SERVICE          RESULT    COLOR  IMAGE AND DIGEST           WHY                                STEPS
        shop-server      deployed  green  acme/server:1.4.1 → 1.4.2  image aaaaaaaaaaaa → bbbbbbbbbbbb  start 0.40 s
                                                                                                        health 1.25 s
        shop-worker      deployed  blue   acme/server:1.4.2          first deployment                   start 0.50 s
                                          bbbbbbbbbbbb
        shop-storefront  skipped                                     unchanged
        (all)                                                                                           cutover 1.0 ms
                                                                                                        drain 0.75 s

        Deployed in 13.3 s. Deployment 01M8.
        To go back: bluegreen rollback"""
    assert report_text(DEPLOYED, "bluegreen rollback", None) == dedent(expected)


def test_what_was_cut_at_the_end_of_the_drain_is_told() -> None:
    left = StepRecord("", "drain", 12.0, 14.0, detail="over with 2 connections left")
    begun = StepRecord("", "drain", 12.0, detail="2 connections")
    retired = StepRecord("", "retire", 14.0, 14.5, detail="blue")
    shown = [report_text(replace(DEPLOYED, steps=(step,)), "", None) for step in (left, begun, retired)]
    assert [text.splitlines()[-4].split(maxsplit=1)[1] for text in shown] == [
        "drain 2.00 s, over with 2 connections left",
        "drain cut short",
        "retire 0.50 s",
    ]


def test_a_step_that_failed_or_never_ended_is_marked() -> None:
    steps = (
        StepRecord("shop-server", "start", 1.0),
        StepRecord("shop-server", "health", 1.0, 3.5, failed=True, detail="exited"),
    )
    report = replace(DEPLOYED, services=(MOVED,), notes=(), outcome=Outcome.FAILED, steps=steps)
    lines = report_text(report, "bluegreen rollback", None).splitlines()
    assert lines[1].endswith("  start cut short")
    assert lines[2].endswith("  health 2.50 s failed")
    assert lines[-1] == "Failed in 13.3 s. Deployment 01M8."


@pytest.mark.parametrize(
    ("changes", "ending"),
    [
        ({"verb": "rollback"}, "Went back in 13.3 s. Deployment 01M8."),
        ({"verb": "rollback", "outcome": Outcome.ROLLED_BACK}, "Went back in 13.3 s. Deployment 01M8."),
        ({"verb": "abort", "outcome": Outcome.FAILED}, "Aborted in 13.3 s. Deployment 01M8."),
        ({"outcome": Outcome.ROLLED_BACK}, "Rolled back in 13.3 s. Deployment 01M8."),
        ({"outcome": Outcome.STUCK}, "Needs a human in 13.3 s. Deployment 01M8."),
        ({"outcome": None, "services": (STAYED,)}, "Nothing to do (13.3 s)."),
        ({"outcome": None, "verb": "plan"}, "2 services would be deployed; nothing was touched."),
        ({"services": (FIRST,)}, "Deployed in 13.3 s. Deployment 01M8."),
    ],
)
def test_the_ending_says_what_became_of_it(changes: dict[str, object], ending: str) -> None:
    report = replace(DEPLOYED, **changes)  # type: ignore[arg-type]
    assert report_text(report, "bluegreen rollback", None).splitlines()[-1] == ending


def test_a_program_gets_the_same() -> None:
    told = report_json(DEPLOYED, "bluegreen rollback")
    assert list(told) == [
        "verb",
        "services",
        "outcome",
        "deployment",
        "reason",
        "evidence",
        "notes",
        "steps",
        "seconds",
        "held",
        "commits",
        "exit_status",
        "go_back",
    ]
    assert (told["exit_status"], told["go_back"]) == (0, "bluegreen rollback")
    assert told["steps"][0] == {  # type: ignore[index]
        "service": "shop-server",
        "step": "start",
        "started_at": 10.0,
        "ended_at": 10.4,
        "failed": False,
        "detail": "",
        "seconds": pytest.approx(0.4),
    }


def test_there_is_no_way_back_from_a_first_deployment() -> None:
    assert report_json(replace(DEPLOYED, services=(FIRST,)), "bluegreen rollback")["go_back"] is None
