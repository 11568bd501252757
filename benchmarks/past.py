"""history and audit of 100,000 deployments: how long they take, and how much room the ledger needs.

python -m benchmarks.past [DEPLOYMENTS]
"""

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bluegreen.ledger.database import NAME
from bluegreen.ledger.ledger import Ledger
from bluegreen.model import ulid

SERVICES = ("shop-server", "shop-worker", "shop-storefront", "shop-mail")
STEPS = ("pull", "start", "health", "nginx", "cutover", "bake", "drain", "retire", "settle")
APART = 600.0
"""Seconds between two deployments."""
BEGUN = 1_700_000_000.0

Rows = Iterator[tuple[object, ...]]


def fill(path: Path, number: int) -> None:
    """Write deployments as so many commands would have: one service each, every step, two lines of the audit."""
    ids = [ulid.new(BEGUN + each * APART) for each in range(number)]
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN")
        db.executemany("INSERT INTO releases VALUES (?,?,?,?,?,?,?)", _releases(ids))
        db.executemany("INSERT INTO deployments VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0,NULL,'')", _deployments(ids))
        db.executemany("INSERT INTO moves VALUES (?,0,?,?,?,'blue','image 0123456789ab → ba9876543210')", _moves(ids))
        db.executemany("INSERT INTO steps VALUES (?,?,?,?,?,?,0,'')", _steps(ids))
        db.executemany("INSERT INTO audit VALUES (?,'alice@shop1','ci','bluegreen deploy',?)", _audit(number))
        db.execute("COMMIT")


def _releases(ids: list[str]) -> Rows:
    for index, each in enumerate(ids):
        digest = f"{index:064x}"
        image = f"ghcr.io/acme/{SERVICES[index % 4]}"
        yield each, SERVICES[index % 4], f"{image}:{index}", f"{image}@sha256:{digest}", digest, digest[:40], _at(index)


def _deployments(ids: list[str]) -> Rows:
    for index, each in enumerate(ids):
        at = _at(index)
        command = f"bluegreen deploy {SERVICES[index % 4]} --tag {index}"
        yield (
            each,
            "deploy",
            10.0,
            "forward",
            "",
            at,
            at + 20,
            None,
            at + 60,
            "deployed",
            "alice@shop1",
            command,
            "0" * 40,
        )


def _moves(ids: list[str]) -> Rows:
    return ((each, SERVICES[index % 4], ids[index - 4] if index > 3 else None, each) for index, each in enumerate(ids))


def _steps(ids: list[str]) -> Rows:
    for index, each in enumerate(ids):
        for position, step in enumerate(STEPS):
            yield each, position, SERVICES[index % 4], step, _at(index) + position, _at(index) + position + 1


def _audit(number: int) -> Rows:
    return ((_at(index) + end, event) for index in range(number // 2) for end, event in ((0, "begun"), (60, "done")))


def _at(index: int) -> float:
    return BEGUN + index * APART


def timed(what: str, call: Callable[[], object]) -> None:
    """Print how long the best of three calls took, in ms."""
    best = min(_once(call) for _ in range(3))
    print(f"{what:44} {best * 1000:6.0f} ms")


def _once(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def main() -> None:
    """Fill a ledger, and ask it."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with TemporaryDirectory() as folder:
        state = Path(folder)
        Ledger(state).close()
        fill(state / NAME, number)
        print(f"{number} deployments: {(state / NAME).stat().st_size / 2**20:.0f} MB")
        timed("open", lambda: Ledger(state).close())
        with closing(Ledger(state)) as ledger:
            late, chosen = _at(number - 30), "shop-mail"
            timed("history", lambda: ledger.history(20))
            timed("history --service", lambda: ledger.history(20, chosen))
            timed("history --since, the last 30", lambda: ledger.history(-1, None, late))
            timed("history --service --since, the last 30", lambda: ledger.history(-1, chosen, late))
            timed("history --since, none", lambda: ledger.history(-1, chosen, _at(number)))
            timed("audit", lambda: ledger.audits(20))
            timed("audit --since, the last 30", lambda: ledger.audits(-1, late))
            timed("audit --service, none found", lambda: ledger.audits(20, 0.0, lambda _command: False))
            timed("diff: a release by its end", lambda: ledger.releases_ending("ZZZZZZ"))


if __name__ == "__main__":
    main()
