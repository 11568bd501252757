"""The command line: what is typed becomes one call of the layer below, and what comes back text or JSON."""

from bluegreen.cli.entry import main

__all__ = ["main"]
