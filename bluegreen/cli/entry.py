"""Where the program begins and ends."""

import io
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache

from typer.main import get_command

from bluegreen.cli.app import app
from bluegreen.cli.call import Call
from bluegreen.cli.errors import handled
from bluegreen.model.errors import Interrupted


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # an arrow that the terminal's encoding lacks is no reason to fail
            stream.reconfigure(errors="replace")
    typed = list(sys.argv[1:] if arguments is None else arguments)
    call = Call(typed)
    try:
        with _ended_by_signals():
            return handled(call, lambda: _command()(typed, prog_name="bluegreen", standalone_mode=False, obj=call) or 0)
    except KeyboardInterrupt:
        # a second Ctrl-C, while the first is being told
        return Interrupted.exit_status
    finally:
        with suppress(KeyboardInterrupt):
            call.close()


@cache
def _command() -> Callable[..., int | None]:
    """Make the command of all verbs, once in a process, however many it runs."""
    return get_command(app)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Have SIGTERM, and a terminal that is gone, end a command as Ctrl-C does, unless ignored, as by nohup."""
    found = [number for number in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(number) is signal.SIG_DFL]
    for number in found:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in found:
            signal.signal(number, signal.SIG_DFL)
