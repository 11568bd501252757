"""Results go to standard output, everything else to standard error; nothing can steer the terminal."""

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TextIO

from bluegreen.model.text import harmless

_COMMAND = re.compile(r"^\s*::|(?<=##)\[", re.MULTILINE)
JSON_VERSION = 1
"""Of every document; it changes when a reader of the last one would break."""


def say(text: str) -> bool:
    """Print a result; return whether anybody still reads."""
    return _print(inert(text))


def say_commands(text: str) -> bool:
    """Print a result in which a runner of GitHub Actions is to find commands."""
    return _print(harmless(text))


def _print(text: str) -> bool:
    try:
        print(text, flush=True)  # noqa: T201
    except OSError:
        # the reader or the terminal is gone; the interpreter flushes once more at its end, and would complain again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def document(value: Mapping[str, object]) -> None:
    """Print a result as one JSON document."""
    # the same JSON, in which no runner of a CI finds a command
    say(json.dumps({"version": JSON_VERSION, **_harmless(value)}, indent=2).replace("##[", "##\\u005b"))


def tell(text: str) -> None:
    """Print a message; work goes on when nobody can hear it."""
    with suppress(OSError):
        print(inert(text), file=sys.stderr, flush=True)  # noqa: T201


def command(text: str) -> None:
    """Print a command to the runner of GitHub Actions, where one reads; it reads standard error, too."""
    if _runner_reads():
        with suppress(OSError):
            print(harmless(text), file=sys.stderr, flush=True)  # noqa: T201


def inert(text: str) -> str:
    """Return harmless text in which a runner of GitHub Actions finds no command: what containers say gives it none."""
    return _COMMAND.sub("\u2060\\g<0>", harmless(text)) if _runner_reads() else harmless(text)


def _runner_reads() -> bool:
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _harmless(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Clean every text: whoever takes one out of the document may print it."""
    match value:
        case str():
            return harmless(value)
        case Mapping():
            return {key: _harmless(each) for key, each in value.items()}
        case list() | tuple():
            return [_harmless(each) for each in value]
        case _:
            return value


def width(stream: TextIO | None = None) -> int | None:
    """Return how many columns a result, or what goes to `stream`, may take; None where it is no terminal."""
    return shutil.get_terminal_size().columns if (stream or sys.stdout).isatty() else None
