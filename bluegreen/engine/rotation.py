"""The log of a container that nobody has bounded."""

import json
from pathlib import Path

from docker import APIClient

from bluegreen.engine.client import engine_words
from bluegreen.engine.described import described
from bluegreen.model.service import Logging

DAEMON = Path("/etc/docker/daemon.json")
BOUNDED = Logging(driver="json-file", options={"max-size": "50m", "max-file": "3"})


def default_logging(client: APIClient, daemon: Path = DAEMON) -> Logging | None:
    """Return where a container's output goes unless its service says otherwise; None: as the engine is set.

    json-file, which engines are made with, keeps everything for ever; other drivers bound or send it by themselves.
    """
    with engine_words("ask for the engine's logging driver"):
        driver = described(client)["LoggingDriver"]
    return None if driver != BOUNDED.driver or _bounded(daemon) else BOUNDED


def _bounded(daemon: Path) -> bool:
    try:
        return "max-size" in json.loads(daemon.read_bytes())["log-opts"]
    except (OSError, ValueError, LookupError, TypeError):
        return False
