"""Programs of this host: argument lists without a shell, bounded in time and in what they may print."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from bluegreen.model.errors import CommandError
from bluegreen.model.text import harmless

LONGEST = 64 * 1024
"""Bytes of output that are kept, from its end."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended."""

    status: int
    """Negative: the signal that ended it."""
    lines: tuple[str, ...]
    """Standard output and error together, the last 64 KB, harmless on a terminal."""


def run(argv: Sequence[str], folder: Path, timeout: float, more: Mapping[str, str] | None = None) -> Ended:
    """Run a program to its end, in `folder`, with `more` variables beside our own; `timeout` in seconds.

    When the time is over it is killed with all that it started. Raises CommandError.
    """
    with TemporaryFile() as output:
        status = _status(argv, folder, timeout, {**os.environ, **(more or {})}, output)
        output.seek(max(0, output.seek(0, os.SEEK_END) - LONGEST))
        text = output.read().decode(errors="replace")
    return Ended(status, tuple(harmless(line) for line in text.splitlines()))


def _status(argv: Sequence[str], folder: Path, timeout: float, variables: dict[str, str], output: IO[bytes]) -> int:
    try:
        process = subprocess.Popen(  # noqa: S603 - an argument list from services.yaml
            argv,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(f"cannot run {argv[0]}: {reason}", f"is {argv[0]} installed on this host?") from error
    try:
        return process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise CommandError(f"{argv[0]} did not end within {timeout:g} s and was killed") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
