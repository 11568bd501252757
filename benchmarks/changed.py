"""How long `bluegreen changed` takes in a large repository: `python -m benchmarks.changed [RUNS]`.

10,000 files, 5,000 commits, 20 services; the commit that it compares with is the first one, or the one before the last.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

FILES, COMMITS, SERVICES = 10_000, 5_000, 20
RUNS = 15
LIMIT = 0.5
"""Seconds, at the median."""


def stream() -> Iterator[str]:
    """The history, as `git fast-import` reads it: first all files, then commits of two files each."""
    yield commit(1)
    for number in range(FILES):
        yield f"M 100644 inline {path(number)}\n{data(str(number))}"
    for number in range(2, COMMITS + 1):
        yield commit(number)
        for file in (number * 7 % FILES, number * 31 % FILES):
            yield f"M 100644 inline {path(file)}\n{data(f'{file} at {number}')}"


def path(number: int) -> str:
    """Files lie four folders deep, a twentieth of them below each service."""
    return f"apps/service-{number % SERVICES}/src/part-{number // SERVICES % 25}/file-{number}.ts"


def commit(number: int) -> str:
    """The head of a commit."""
    who = f"bench <bench@example.com> {1_700_000_000 + number} +0000"
    return f"commit refs/heads/main\ncommitter {who}\n{data(f'commit {number}')}"


def data(text: str) -> str:
    """A text with its length before it."""
    return f"data {len(text)}\n{text}\n"


def services() -> str:
    """A services.yaml whose services have a folder each, and share a file."""
    lines = [
        f"  service-{number}: {{image: acme/service-{number}, port: 3000, ignore: ['**/*.md'],"
        f" source: [apps/service-{number}/**, package-lock.json]}}"
        for number in range(SERVICES)
    ]
    return "\n".join(["project: bench", "network: bench", "services:", *lines])


def repository(folder: Path) -> None:
    """Make it."""
    git = ["git", "-C", str(folder)]
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    subprocess.run([*git, "fast-import", "--quiet"], input="".join(stream()), text=True, check=True)
    subprocess.run([*git, "reset", "-q", "--hard", "main"], check=True)
    (folder / "services.yaml").write_text(services())


def seconds(folder: Path, since: str) -> float:
    """How long one run takes."""
    command = [sys.executable, "-m", "bluegreen", "changed", "-f", str(folder / "services.yaml"), "--since", since]
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "NO_COLOR": "1"})
    return time.perf_counter() - begun


def main() -> int:
    """Measure; return 1 when it is slower than it may be."""
    runs, slow = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS, 0
    with tempfile.TemporaryDirectory(prefix="bluegreen-changed-") as name:
        repository(Path(name))
        for since in ("HEAD~1", f"HEAD~{COMMITS - 1}"):
            taken = [seconds(Path(name), since) for _ in range(runs)]
            median = statistics.median(taken)
            slow += median > LIMIT
            print(f"changed --since {since}: {median:.3f} s (of {runs}: {min(taken):.3f} to {max(taken):.3f})")
    return min(slow, 1)


if __name__ == "__main__":
    sys.exit(main())
