"""`python -m tests.engine.product.dying before|after MODULE:CLASS.METHOD WORD…`: bluegreen, killed there by itself.

It dies at the first call, as by `kill -9`: nothing is caught, flushed or released.
"""

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from bluegreen.cli.entry import main


def die() -> None:
    """Be gone."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(when: str, where: str) -> None:
    """Have the first call of a method end this process, before or after it did its work."""
    module, _, path = where.partition(":")
    owner, _, name = path.partition(".")
    found = getattr(import_module(module), owner)
    setattr(found, name, dying(getattr(found, name), when))


def dying(method: Callable[..., Any], when: str) -> Callable[..., None]:
    """Return the method with a death before or after it."""

    def last(*arguments: Any, **more: Any) -> None:
        if when == "after":
            method(*arguments, **more)
        die()

    return last


if __name__ == "__main__":
    arm(*sys.argv[1:3])
    sys.exit(main(sys.argv[3:]))
