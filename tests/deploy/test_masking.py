"""Containers that print their own secrets: nobody else is told."""

from pathlib import Path

import pytest

from bluegreen.deploy.masking import Mask
from bluegreen.model.ports import Output
from bluegreen.model.service import Service
from tests.deploy.world import WEB, World

KEY, PASSWORD = "s3cret-value", "pass-w0rd"
ENVIRONMENT = {"API_KEY": KEY, "DATABASE_URL": f"postgres://shop:{PASSWORD}@shop-db/shop", "MODE": "verbose"}


def mask(**environment: str) -> Mask:
    return Mask(
        [Service.model_validate({"name": "server", "image": "shop:1", "port": 3000, "environment": environment})]
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"login with {KEY} failed", "login with *** failed"),
        (f"API_KEY={KEY}", "API_KEY=***"),
        (f"no route: postgres://shop:{PASSWORD}@shop-db/shop", "no route: postgres://shop:***@shop-db/shop"),
        ("verbose", "verbose"),
        (f"{KEY}-server", f"{KEY}-server"),
        ("", ""),
    ],
)
def test_what_is_secret_is_hidden_and_nothing_else_is(text: str, shown: str) -> None:
    assert mask(**ENVIRONMENT).text(text) == shown


def test_each_line_of_a_key_is_hidden_and_short_words_are_not() -> None:
    found = mask(PRIVATE_KEY="first-line\nsecond-line", TOKEN="shop")
    assert found.text("shop first-line, second-line") == "shop ***, ***"
    assert mask().text("anything") == "anything"


def test_neither_evidence_nor_ledger_nor_progress_has_what_a_container_printed(tmp_path: Path) -> None:
    health = {"command": ["probe"], "deadline": "300ms", "interval": "50ms"}
    world = World(tmp_path, server={**WEB, "environment": ENVIRONMENT, "health": health})
    world.engine.commands[("server-green", ("probe",))] = Output(1, f"{PASSWORD} is refused, and so is {KEY}")
    report = world.deploy("2")
    assert report.outcome == "failed"
    assert "*** is refused, and so is ***" in report.reason
    assert "*** is refused, and so is ***" in "\n".join(report.evidence)
    ledger = b"".join(path.read_bytes() for path in tmp_path.rglob("ledger.sqlite3*"))
    assert b"is refused" in ledger
    for told in (str(report), str(world.events.__dict__), ledger.decode("latin-1")):
        assert not any(secret in told for secret in (KEY, PASSWORD))


def test_nor_what_a_release_command_printed(tmp_path: Path) -> None:
    command = {"release_command": {"command": ["migrate"]}}
    world = World(tmp_path, server={**WEB, **command, "environment": ENVIRONMENT})
    world.engine.faults.command_status["server-release-command"] = 1
    world.engine.faults.command_output["server-release-command"] = (f"cannot connect with {KEY}",)
    report = world.deploy("2")
    assert report.evidence == ("server | cannot connect with ***",)
    assert KEY not in str(world.events.__dict__)
