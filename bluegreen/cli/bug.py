"""The report file of an unexpected error."""

import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

from bluegreen.cli.call import Call
from bluegreen.model.errors import StateError


def write_report(error: Exception, call: Call) -> Path:
    """Write what happened where only the owner can read it; the values of variables, which may be secret, stay out.

    Raises StateError or RuntimeError where there is no such place.
    """
    text = _text(error, call)
    name = f"report-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}.txt"
    if call.workspace:
        try:
            return _write(call.workspace.state / name, text)
        except StateError:
            pass
    return _write(_own_folder() / name, text)


def _own_folder() -> Path:
    """Where a user's programs keep such files; never a folder that all users share."""
    kept = os.environ.get("XDG_STATE_HOME", "")
    return (Path(kept) if kept.startswith("/") else Path.home() / ".local/state") / "bluegreen"


def _write(path: Path, text: str) -> Path:
    from bluegreen import files

    files.write(path, text.encode(errors="replace"))
    return path


def _text(error: Exception, call: Call) -> str:
    from importlib.metadata import version

    lines = (
        f"bluegreen {version('bluegreen')}, Python {sys.version.split()[0]}, {platform.platform()}",
        f"command: {call.typed}",
        "",
        "".join(traceback.format_exception(error)),
    )
    return "\n".join(lines)
