"""Where the program begins and ends."""

import io
import sys
from collections.abc import Sequence
from contextlib import suppress

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
        return handled(call, lambda: app(typed, prog_name="bluegreen", standalone_mode=False, obj=call) or 0)
    except KeyboardInterrupt:
        # a second Ctrl-C, while the first is being told
        return Interrupted.exit_status
    finally:
        with suppress(KeyboardInterrupt):
            call.close()
