"""A project in memory, for commands; and a place on earth, for times."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.shop import Shop


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Return a project in memory that every command opens."""
    for variable in (
        "BLUEGREEN_FILE", "BLUEGREEN_ENV", "GITHUB_STEP_SUMMARY", "GITHUB_ACTIONS", "GITHUB_WORKSPACE",
    ):  # fmt: skip
        monkeypatch.delenv(variable, raising=False)
    shop = Shop(tmp_path, capsys)
    shop.take_the_place_of_the_machine(monkeypatch)
    return shop


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have times shown in UTC."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()
