"""What is said when something goes wrong, and with which exit status."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from textwrap import dedent

import pytest

from bluegreen.ledger.lock import locked
from bluegreen.ledger.records import Author
from bluegreen.model.color import Color
from bluegreen.model.errors import EngineError, NeedsHuman
from bluegreen.model.ports import Tally
from tests.unit.cli.shop import Shop


def released(shop: Shop) -> str:
    """Deploy a first release; return what is then said of what serves."""
    assert shop.run("deploy", "--tag", "1").status == 0
    table = shop.run("status").out.split("\n", 2)[2]
    return f"What serves now:\n{table}"


def test_a_failure_before_the_cutover_says_what_happened_what_serves_and_what_to_type_next(shop: Shop) -> None:
    serves = released(shop)
    shop.engine.faults.exits_on_start["server-blue"] = 3
    ran = shop.run("deploy", "--tag", "2", "--env", "production")
    assert ran.status == 1
    assert ran.out.splitlines()[0].startswith("SERVICE  RESULT  COLOR  IMAGE AND DIGEST")
    assert "error: failed before the cutover, the traffic did not move: server: server-blue exited with st" in ran.err
    assert ran.err.endswith(f"{serves}\nCorrect the cause, then: bluegreen deploy --tag 2 --env production\n")


def test_the_output_of_a_failed_release_command_is_evidence(shop: Shop) -> None:
    shop.project.services["server"].__dict__["release_command"] = None
    released(shop)
    command = {"command": ("migrate",)}
    service = shop.project.services["server"]
    shop.project.services["server"] = type(service).model_validate(
        {**service.model_dump(by_alias=True, exclude_unset=True), "release_command": command}
    )
    shop.engine.faults.command_output["server-release-command"] = ("\x1b[31mrelation exists\x1b[0m",)
    shop.engine.faults.command_status["server-release-command"] = 1
    ran = shop.run("deploy", "server", "--tag", "2")
    assert ran.status == 1
    assert (
        "the traffic did not move: server: the release command ended with status 1\n  server | relation exists\n"
        in ran.err
    )
    assert "\x1b" not in ran.err


def test_a_failure_after_the_cutover_is_status_4(shop: Shop) -> None:
    serves = released(shop)
    shop.proxy.tallies = {("server", Color.BLUE): Tally(100, 90)}
    ran = shop.run("deploy", "--tag", "2", "--bake", "5s")
    assert ran.status == 4
    assert "error: failed after the cutover, the traffic went back: server: 90 of 100 answers failed" in ran.err
    assert serves in ran.err


def test_what_a_person_must_decide_is_status_5_with_the_commands_to_choose_from(shop: Shop) -> None:
    released(shop)
    shop.run("deploy", "--tag", "2")
    shop.engine.faults.exits_on_start["worker-green"] = 3
    ran = shop.run("rollback", "-f", "shop.yaml")
    assert ran.status == 5
    choices = """
        Choose:
          bluegreen status -f shop.yaml    what serves, and what does not fit
          bluegreen deploy -f shop.yaml    try again, or go on to a corrected release
          bluegreen rollback -f shop.yaml  go back to the previous release
        """
    assert ran.err.endswith(dedent(choices))


def test_a_program_gets_result_error_and_what_serves_in_one_document(shop: Shop) -> None:
    released(shop)
    shop.engine.faults.exits_on_start["server-blue"] = 3
    ran = shop.run("deploy", "--tag", "2", "--json")
    told = ran.json
    assert (ran.status, told["version"], told["outcome"], told["exit_status"]) == (1, 1, "failed", 1)
    assert told["error"]["kind"] == "failed"
    assert told["error"]["message"].endswith(told["reason"])
    assert [(s["service"], s["image"]) for s in told["serving"]] == [
        ("server", "acme/server:1"),
        ("worker", "acme/server:1"),
    ]
    assert "error:" not in ran.err


def test_a_held_lock_says_by_whom_and_is_status_75(shop: Shop) -> None:
    with locked(shop.folder / "lock", Author("alice@shop1", "terminal", "bluegreen deploy"), 0.0):
        ran = shop.run("deploy")
    assert ran.status == 75
    assert f"error: another command works on this project: alice@shop1 (terminal), pid {os.getpid()}, since " in ran.err
    assert "wait for it with --wait-lock 5m" in ran.err


def test_wait_lock_waits(shop: Shop) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(shop.folder / "lock", Author("alice@shop1", "terminal", "bluegreen deploy"), 0.0):
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(10)
    threading.Timer(0.2, leave.set).start()
    ran = shop.run("deploy", "--wait-lock", "10s")
    holder.join()
    assert ran.status == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["deploy", "--bake", "5"], "Invalid value for '--bake': should be a duration such as 30s, 500ms or 1m30s"),
        (["deploy", "--wait-lock", "soon"], "Invalid value for '--wait-lock': should be a duration such as 30s, "),
        (["deploy", "--image", "server"], "Invalid value for --image: server should be SERVICE=REF, such as "),
        (["deploy", "--image", "server=a b"], "Invalid value for --image: server=a b should be SERVICE=REF, such as "),
        (["deploy", "--image", "a=b:1", "--image", "a=b:2"], "Invalid value for --image: a is named twice"),
        (["deploy", "--tag", "1/2"], "Invalid value for --tag: 1/2 should be a tag such as 1.4.2"),
        (["deploy", "--foo"], "No such option: --foo"),
        (["deplyo"], "No such command 'deplyo'. Did you mean 'deploy'?"),
        (["history", "--limit", "0"], "Invalid value for '--limit'"),
        (["logs"], "Missing argument 'SERVICE'."),
    ],
)
def test_a_usage_error_is_status_2_and_shows_the_usage(shop: Shop, words: list[str], message: str) -> None:
    ran = shop.run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {message}")
    assert "\n\nUsage: bluegreen " in ran.err
    assert not shop.opened


def test_an_option_without_its_value_is_status_2_and_shows_the_way_to_the_help(shop: Shop) -> None:
    ran = shop.run("deploy", "--wait-lock")
    assert (ran.status, ran.err) == (
        2,
        "error: Option '--wait-lock' requires an argument.\n\nTry: bluegreen deploy --help\n",
    )


def test_a_usage_error_can_be_json(shop: Shop) -> None:
    ran = shop.run("status", "--foo", "--json")
    assert (ran.status, ran.err) == (2, "")
    assert ran.json["error"]["kind"] == "UsageError"


def test_an_unknown_service_is_status_2_and_nothing_is_said_of_what_serves(shop: Shop) -> None:
    ran = shop.run("deploy", "shop")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "error: there is no service shop\n\nservices.yaml has: server, worker\n"


def test_an_engine_that_is_gone_is_said_with_what_can_be_said(shop: Shop) -> None:
    shop.engine.faults.engine_gone = True
    gone = "cannot reach the Docker engine at unix:///var/run/docker.sock: Connection refused"
    assert shop.run("status").err == f"error: {gone}\n"
    ran = shop.run("deploy")
    assert ran.status == 1
    assert f"error: {gone}\n\nWhat serves now can't be told: {gone}\n" in ran.err


def test_an_error_that_is_no_report_has_its_own_status(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise NeedsHuman("nginx does not follow the switch", "run: bluegreen status")

    monkeypatch.setattr("bluegreen.deploy.deploy.deploy", refuse)
    ran = shop.run("deploy")
    assert ran.status == 5
    assert ran.err.startswith("error: nginx does not follow the switch\n\nWhat serves now:\n")
    assert ran.err.endswith("\n\nrun: bluegreen status\n")


def test_a_bug_is_status_3_with_a_private_report_that_holds_no_values(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        password = "hunter2"  # noqa: F841
        raise ZeroDivisionError

    monkeypatch.setattr("bluegreen.deploy.status.status", fail)
    ran = shop.run("status", "--env", "production")
    (report,) = shop.folder.glob("report-*.txt")
    assert ran.status == 3
    assert ran.err == (
        "error: ZeroDivisionError, which nobody expected: this is a bug in bluegreen\n\n"
        f"The details, to be sent with a bug report: {report}\n"
    )
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "command: bluegreen status --env production\n" in text
    assert "\nZeroDivisionError\n" in text
    assert text.count("hunter2") == text.count('password = "hunter2"')


@pytest.fixture
def _opening_fails(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(shop, "open", fail)
    shop.take_the_place_of_the_machine(monkeypatch)


@pytest.mark.usefixtures("_opening_fails")
@pytest.mark.parametrize(("variable", "below"), [("XDG_STATE_HOME", "bluegreen"), ("HOME", ".local/state/bluegreen")])
def test_a_bug_before_a_project_is_open_is_reported_in_a_folder_of_the_users_own(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, below: str
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv(variable, str(tmp_path / "home"))
    ran = shop.run("status")
    (report,) = (tmp_path / "home" / below).glob("report-*.txt")
    assert (ran.status, ran.err.splitlines()[-1].rpartition(" ")[2]) == (3, str(report))
    assert report.parent.stat().st_mode & 0o777 == 0o700
    assert report.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("_opening_fails")
def test_a_bug_that_can_be_reported_nowhere_is_told_all_the_same(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    ran = shop.run("status")
    assert ran.status == 3
    assert "ZeroDivisionError, which nobody expected" in ran.err
    assert "No report could be written: " in ran.err


def test_a_bug_while_what_serves_is_looked_up_hides_no_other_failure(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise EngineError("the engine refuses")

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("bluegreen.deploy.deploy.deploy", refuse)
    monkeypatch.setattr("bluegreen.deploy.status.status", fail)
    ran = shop.run("deploy")
    assert ran.status == 1
    assert ran.err == "error: the engine refuses\n\nWhat serves now can't be told: ZeroDivisionError\n"


def test_ctrl_c_is_status_130(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bluegreen.deploy.status.status", interrupt)
    ran = shop.run("status")
    assert (ran.status, ran.out, ran.err) == (130, "", "error: interrupted\n")


def test_a_reader_that_goes_away_changes_no_exit_status(shop: Shop) -> None:
    command = [sys.executable, "-m", "bluegreen", "check", "-f", "services.yaml"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert not shop.opened
