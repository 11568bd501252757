"""How the ledger grows: `python -m benchmarks.ledger [DEPLOYMENTS…] [--picture FILE]`. Docker for the commands' times.

One deployment of three services is recorded as the product records it, then copied, with ids and times of its own,
until there are so many; what may be forgotten is forgotten. Size, opening, looking, and `history` and `status`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.plot import growth
from benchmarks.timed import seconds
from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.records import Author, StepRecord
from bluegreen.model import ulid
from bluegreen.model.color import Color
from bluegreen.model.deployment import Deployment, Move, Outcome, Verb
from bluegreen.model.release import Image, Release
from bluegreen.model.service import Service

SIZES = (10, 1_000, 10_000, 100_000)
SERVICES = ("shop-server", "shop-worker", "shop-storefront")
RUNS = 7
BEGUN = 1_700_000_000.0
APART = 600.0
"""Seconds between two deployments."""
AUTHOR = Author("deploy@shop.example.com", "GitHub Actions", "bluegreen deploy --env production --tag 1.4.2", "a" * 40)
FILE = "project: shop\nnetwork: shop\nservices:\n" + "".join(
    f"  {name}: {{image: acme/{name}, port: 3000}}\n" for name in SERVICES
)
NUMBERED = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < :last) INSERT INTO "
COPIES = (
    """
    releases SELECT {id}, service, image_ref, image_run, spec_hash, commit_id, created_at + n * :apart FROM releases, n
    """,
    """
    deployments (
        id, verb, bake, direction, reason, started_at, committed_at, ended_at, outcome, who, command, commit_id
    )
    SELECT {id}, verb, bake, direction, reason, started_at + n * :apart, committed_at + n * :apart,
        ended_at + n * :apart, outcome, who, command, commit_id FROM deployments, n
    """,
    "moves SELECT {deployment}, position, service, old, {new}, color, why FROM moves, n",
    """
    steps SELECT {deployment}, position, service, step, started_at + n * :apart, ended_at + n * :apart, failed, detail
    FROM steps, n
    """,
    "audit SELECT at + n * :apart, who, origin, command, event FROM audit, n",
)
IDS = {name: f"printf('%.10s%06d%.10s', {name}, n, substr({name}, 17))" for name in ("id", "deployment", "new")}
"""Each copy has ids of its own, in the order of time."""


@dataclass(frozen=True)
class Grown:
    """A ledger of so many deployments; times are medians in seconds."""

    deployments: int
    size: int
    """Bytes."""
    opened: float
    looked: float
    """The newest 20 deployments, and what was moved last."""
    trimmed: float
    """What a deployment spends on forgetting."""
    history: float | None
    """Whole commands; None without an engine."""
    status: float | None

    @property
    def times(self) -> dict[str, float | None]:
        """By what they are of, in the order of the table."""
        return {
            "open": self.opened, "look": self.looked, "forget": self.trimmed,
            "history": self.history, "status": self.status,
        }  # fmt: skip

    def __str__(self) -> str:
        times = "".join(f"{'-' if each is None else f'{each:.3f} s':>9}" for each in self.times.values())
        return f"{self.deployments:11,}{self.size / 1e6:7.1f} MB{times}"


def record(ledger: Ledger) -> None:
    """Write one deployment down, as `deploy` does."""
    moves = tuple(Move(None, _release(name), Color.GREEN) for name in SERVICES)
    deployment = Deployment(ulid.new(BEGUN), Verb.DEPLOY, moves, 10.0)
    ledger.audit(AUTHOR, "begun", BEGUN)
    ledger.open(deployment, ["image 0123456789ab → cdef01234567"] * len(moves), AUTHOR, BEGUN)
    steps = [
        *((name, step, detail) for name in SERVICES for step, detail in
          (("start", f"acme/{name}:1.4.2 in green"), ("health", ""), ("retire", "blue"))),
        *(("", step, "") for step in ("nginx", "bake", "drain", "settle")),
        ("", "cutover", ", ".join(f"{name} → green" for name in SERVICES)),
    ]  # fmt: skip
    for service, step, detail in steps:
        begun = StepRecord(service, step, BEGUN + 1, detail=detail)
        position = ledger.step(deployment.id, begun)
        ledger.step_ended(deployment.id, position, StepRecord(service, step, BEGUN + 1, BEGUN + 3.25, detail=detail))
    ledger.commit(deployment.id, BEGUN + 4)
    ledger.finish(deployment.id, Outcome.DEPLOYED, "", BEGUN + 20)
    ledger.audit(AUTHOR, "done", BEGUN + 20)


def _release(name: str) -> Release:
    service = Service(name=name, image=f"acme/{name}:1.4.2", port=3000)
    image = Image(f"ghcr.io/acme/{name}:1.4.2", f"ghcr.io/acme/{name}@sha256:{'0123456789abcdef' * 4}")
    return Release(ulid.new(BEGUN), service, image, "f" * 64, "a" * 40, BEGUN)


def grown(folder: Path, deployments: int) -> Grown:
    """Make a ledger of so many deployments, and use it."""
    state = folder / f"state-{deployments}"
    state.mkdir(mode=0o700)
    ledger = Ledger(state)
    record(ledger)
    if deployments > 1:
        for statement in COPIES:
            with ledger._write() as db:
                db.execute(NUMBERED + statement.format(**IDS), {"last": deployments - 1, "apart": APART})
    ledger.trim(frozenset())
    trimmed = seconds(lambda: ledger.trim(frozenset()), RUNS)
    ledger._db.execute("VACUUM")
    ledger.close()
    size = (state / "ledger.sqlite3").stat().st_size
    return Grown(deployments, size, seconds(lambda: Ledger(state).close(), RUNS), looked(state), trimmed,
                 command(folder, state, "history"), command(folder, state, "status"))  # fmt: skip


def looked(state: Path) -> float:
    """Read what `history` and `status` show."""
    ledger = Ledger(state)

    def look() -> None:
        assert ledger.history(20)
        assert all(ledger.last_moved(name) for name in SERVICES)

    try:
        return seconds(look, RUNS)
    finally:
        ledger.close()


def command(folder: Path, state: Path, verb: str) -> float | None:
    """Run a command; None where it does not end well."""
    (folder / "services.yaml").write_text(FILE)
    environment = {**os.environ, "BLUEGREEN_STATE": str(state)}
    words = [sys.executable, "-m", "bluegreen", verb, "-f", str(folder / "services.yaml")]
    if subprocess.run(words, env=environment, check=False, capture_output=True).returncode:
        return None
    return seconds(lambda: subprocess.run(words, env=environment, check=True, capture_output=True), RUNS)


def points(found: Sequence[Grown], name: str) -> list[tuple[float, float]]:
    """What one of the times was with each number of deployments."""
    return [(each.deployments, taken) for each in found if (taken := each.times[name]) is not None]


def main() -> None:
    """Measure every size; print a table, and draw it."""
    options = argparse.ArgumentParser("bin/bench ledger", description=__doc__)
    options.add_argument("deployments", type=int, nargs="*", help=f"by default {' '.join(map(str, SIZES))}")
    options.add_argument("--picture", type=Path, metavar="FILE", help="draw it as SVG")
    chosen = options.parse_args()
    print(f"{'deployments':>11}{'size':>10}{'open':>9}{'look':>9}{'forget':>9}{'history':>9}{'status':>9}")
    found = []
    with tempfile.TemporaryDirectory(prefix="bluegreen-ledger-") as name:
        for deployments in chosen.deployments or SIZES:
            found.append(grown(Path(name), deployments))
            print(found[-1], flush=True)
    if chosen.picture:
        lines = {name: points(found, name) for name, taken in found[0].times.items() if taken is not None}
        chosen.picture.write_text(growth("How cost grows with deployments in the ledger", lines, "deployments"))


if __name__ == "__main__":
    main()
