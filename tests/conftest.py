"""What every test may rely on."""

import os
import signal

import pytest
from hypothesis import settings

from tests.faults.tally import LINES

# a busy machine is no failed test; and what a CI job says today, it says tomorrow
CI = bool(os.environ.get("CI"))
settings.register_profile("steady", deadline=None, derandomize=CI, max_examples=100 if CI else 20)
settings.load_profile("steady")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much the fault suites have tried."""
    if LINES:
        terminalreporter.section("faults")
        for line in LINES:
            terminalreporter.write_line(line)


# a shell starts what is in the background with SIGINT ignored, nohup with SIGHUP: so would every command under test be
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
