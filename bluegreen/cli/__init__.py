"""The command line: what is typed becomes one call of the layer below, and what comes back text or JSON."""

import atexit
import gc
import os

# A command lives for seconds: nothing is worth collecting while it imports or ends; no plugin of pydantic is wanted.
gc.set_threshold(100_000)
atexit.register(gc.freeze)
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from bluegreen.cli.entry import main  # noqa: E402 - after the line above

__all__ = ["main"]
