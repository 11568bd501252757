"""Workflow commands of GitHub Actions, which other runners know, too: a message beside the line that it is about."""

import os
from pathlib import Path


def annotation(level: str, message: str, title: str, at: tuple[str, int, int] | None = None) -> str:
    """Write one; `level` is `error` or `warning`, `at` a file as it was typed, line and column."""
    place = {"file": _from_the_top(at[0]), "line": at[1] or 1, "col": at[2] or 1} if at else {}
    written = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in (place | {"title": title}).items())
    return f"::{level} {written}::{_escaped(message)}"


def _from_the_top(file: str) -> str:
    """Name a file from the top of the checkout, where its runner looks for it."""
    top = os.environ.get("GITHUB_WORKSPACE", "")
    path = Path(file).absolute()
    return str(path.relative_to(top)) if top and path.is_relative_to(top) else file


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in f"%\r\n{more}" else char for char in text)
