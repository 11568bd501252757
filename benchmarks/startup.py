"""How long the command line takes to answer: `python -m benchmarks.startup [RUNS]`."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RUNS = 20
LIMIT = 0.25
"""Seconds, at the median, of what has to feel instant."""


@dataclass(frozen=True)
class Case:
    """A start of Python, and what it may take."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    limit: float | None = None

    def seconds(self) -> float:
        """Run it once; return how long it took."""
        begun = time.perf_counter()
        environment = os.environ | dict(self.environment)
        subprocess.run([sys.executable, *self.arguments], env=environment, check=False, capture_output=True)
        return time.perf_counter() - begun


def bluegreen(*words: str) -> Case:
    """A command that answers from the configuration at most."""
    return Case(("-m", "bluegreen", *words), limit=LIMIT)


COMPLETING = {"_BLUEGREEN_COMPLETE": "complete_bash", "COMP_WORDS": "bluegreen deploy ", "COMP_CWORD": "2"}
CASES = {
    "python alone": Case(("-c", "pass")),
    "bluegreen --help": bluegreen("--help"),
    "bluegreen --version": bluegreen("--version"),
    "bluegreen deploy --help": bluegreen("deploy", "--help"),
    "completion of services": Case(("-m", "bluegreen"), COMPLETING, LIMIT),
    "bluegreen check": Case(("-m", "bluegreen", "check")),
    "imports of deploy": Case(
        ("-c", "import bluegreen.cli, bluegreen.cli.closing, bluegreen.deploy.opening, bluegreen.deploy.deploy")
    ),
    "imports of the live display": Case(("-c", "import bluegreen.cli.progress.live")),
}


def main() -> int:
    """Measure every case; return 1 when one is slower than it may be."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    slow = 0
    print(f"{'':30}{'median':>9}{'slowest':>9}  limit")
    for name, case in CASES.items():
        taken = [case.seconds() for _ in range(runs)]
        median = statistics.median(taken)
        slow += case.limit is not None and median > case.limit
        print(f"{name:30}{median:8.3f}s{max(taken):8.3f}s  {f'{case.limit} s' if case.limit else ''}")
    return min(slow, 1)


if __name__ == "__main__":
    sys.exit(main())
