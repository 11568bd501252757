"""Progress, on standard error: a live display on a terminal, plain lines elsewhere."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bluegreen.deploy.reporter import Reporter

__all__ = ["progress"]


@contextmanager
def progress() -> Iterator[Reporter]:
    """Show progress while the block runs."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        from bluegreen.cli.progress.live import LiveProgress

        with LiveProgress() as live:
            yield live
    else:
        from bluegreen.cli.progress.lines import LineProgress

        yield LineProgress(sys.stderr)
