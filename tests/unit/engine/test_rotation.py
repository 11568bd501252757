"""Whose output is bounded: where neither the service nor the engine says anything."""

from pathlib import Path
from typing import Any, cast

import pytest
from docker import APIClient

from bluegreen.engine.body import create_body
from bluegreen.engine.rotation import BOUNDED, default_logging
from bluegreen.model.container import Role
from bluegreen.model.ports import ContainerSpec
from bluegreen.model.service import ContainerOptions, Logging


class Engine:
    """Says which driver it uses."""

    def __init__(self, driver: str) -> None:
        self._driver = driver

    def info(self) -> dict[str, Any]:
        return {"LoggingDriver": self._driver}


@pytest.mark.parametrize(
    ("driver", "daemon", "expected"),
    [
        ("json-file", None, BOUNDED),
        ("json-file", "{}", BOUNDED),
        ("json-file", '{"log-opts": {"labels": "a"}}', BOUNDED),
        ("json-file", "no JSON", BOUNDED),
        ("json-file", "[]", BOUNDED),
        ("json-file", '{"log-opts": {"max-size": "1g"}}', None),
        ("journald", None, None),
        ("local", None, None),
    ],
)
def test_only_what_nobody_bounded_is_bounded(
    driver: str, daemon: str | None, expected: Logging | None, tmp_path: Path
) -> None:
    file = tmp_path / "daemon.json"
    if daemon is not None:
        file.write_text(daemon)
    assert default_logging(cast("APIClient", Engine(driver)), file) == expected


def test_what_a_service_says_is_stronger() -> None:
    said = ContainerOptions(logging=Logging(driver="json-file"))
    spec = ContainerSpec("web", "shop:1", Role.APP, {}, said, "network")
    assert create_body(spec, BOUNDED)["HostConfig"]["LogConfig"] == {"Type": "json-file", "Config": {}}
