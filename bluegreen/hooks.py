"""The user's commands on this host: no shell, an environment of their own, a time limit."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

from bluegreen.model.text import harmless

_PASSED_ON = ("PATH", "HOME")
_LONGEST_LINE = 4096
_LOOK = 0.1
"""Seconds between two looks at whether it is called off."""
_LINGER = 1.0
"""Seconds for the last lines; what the command left running may hold its output open."""

Line = Callable[[str], None]
Process = subprocess.Popen[bytes]


class HostHooks:
    """Implements `bluegreen.model.ports.HookRunner`; commands run in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(
        self,
        argv: tuple[str, ...],
        environment: Mapping[str, str],
        timeout: float,
        line: Line,
        called_off: Callable[[], bool],
    ) -> str:
        ours = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            process = subprocess.Popen(  # noqa: S603 - what services.yaml says, without a shell
                argv,
                cwd=self._folder,
                env={**environment, **ours},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return f"could not be started: {argv[0]}: {getattr(error, 'strerror', None) or error}"
        return _watched(process, timeout, line, called_off)


def _watched(process: Process, timeout: float, line: Line, called_off: Callable[[], bool]) -> str:
    reader = Thread(target=_read, args=(process.stdout, line), name="output of a hook", daemon=True)
    reader.start()
    try:
        status = _status(process, time.monotonic() + timeout, called_off)
        if status is None:
            return "was called off" if called_off() else f"did not end within {timeout:g} s and was killed"
        reader.join(_LINGER)
    finally:
        _end(process)
        reader.join(_LINGER)
    if not status:
        return ""
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _status(process: Process, deadline: float, called_off: Callable[[], bool]) -> int | None:
    while time.monotonic() < deadline and not called_off():
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_LOOK)
    return None


def _read(output: IO[bytes], line: Line) -> None:
    with output:
        while raw := output.readline(_LONGEST_LINE):
            line(harmless(raw.decode(errors="replace").rstrip("\r\n")))


def _end(process: Process) -> None:
    """Kill whatever is left of the command's process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
