"""Deployments in a row under load, and what they leave: `python -m benchmarks.soak`. Needs Docker, and bin/images.

Three services change in every deployment, each time to an image of their own. Status 1 if a request was lost.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks import figures
from benchmarks.figures import HOST, PORT, Project, project, web
from benchmarks.growth import Sample, sample
from benchmarks.load import Fresh, KeepAlive, Plan, Report, Stream, Target, Upload, WebSocket, running, table
from benchmarks.load.plan import ORDER

NAME = f"soak{PORT}"
REPOSITORY = f"bluegreen-{NAME}"
EDGE = 20
"""Deployments at the start, and at the end, whose medians are compared."""
CLIENTS = (
    KeepAlive(count=8, rate=60),
    KeepAlive(count=4, rate=10, method="POST", path="/orders", body=ORDER),
    Fresh(count=2, rate=20),
    KeepAlive(count=2, path="/slow?ms=300", name="300 ms"),
    Upload(count=1),
    Stream(count=1),
    WebSocket(count=1),
)
LONGEST = 60.0
"""Seconds that a deployment may take."""
SIZES = {"nginx_rss", "engine_rss", "state", "ledger", "logs"}


@dataclass(frozen=True, slots=True)
class Soak:
    """What came of it."""

    load: Report
    samples: tuple[Sample, ...]

    def edges(self) -> tuple[dict[str, float], dict[str, float]]:
        """The medians of the first deployments, and of the last ones."""
        edge = min(EDGE, max(len(self.samples) // 2, 1))
        return _medians(self.samples[:edge]), _medians(self.samples[-edge:])

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        start, end = self.edges()
        counts = self.load.counts()
        return {
            "deployments": len(self.samples),
            "requests": counts.sent,
            "lost": counts.lost,
            "start": start,
            "end": end,
            "samples": [asdict(each) for each in self.samples],
        }

    def __str__(self) -> str:
        start, end = self.edges()
        rows = [f"{key.replace('_', ' '):<20}{_shown(key, start[key]):>12}{_shown(key, end[key]):>12}" for key in start]
        counts = self.load.counts()
        head = f"{len(self.samples)} deployments, {counts.sent} requests, {counts.lost} lost"
        return "\n".join([head, "", f"{'':<20}{'at the start':>12}{'at the end':>12}", *rows])


def soak(deployments: int, told: Callable[[str], None]) -> Soak:
    """Deploy so many times in a row under load. Raises SystemExit when a deployment fails."""
    worker = {
        "kind": "worker", "command": ["worker"], "bake": {"for": "0s"}, "stop_grace_period": "2s",
        "health": {"command": ["python3", "-IS", "app/healthcheck.py"], "deadline": "20s"},
    }  # fmt: skip
    server = web(f"{NAME}-server") | {"routes": [{"host": HOST}], "drain_timeout": "4s", "stop_grace_period": "2s"}
    store = server | {"routes": [{"host": HOST, "path": "/store", "strip": True}]}
    services = {f"{NAME}-server": server, f"{NAME}-store": store, f"{NAME}-worker": worker}
    try:
        with project(NAME, {name: {**each, "image": REPOSITORY} for name, each in services.items()}) as made:
            _deploy(made, 0)
            with running(Target(f"http://127.0.0.1:{PORT}", HOST), Plan(CLIENTS, deployments * LONGEST)) as load:
                load.wait_for_answers()
                samples = tuple(_one(made, number, told) for number in range(1, deployments + 1))
            return Soak(load.report, samples)
    finally:
        _forget(made)


def _one(made: Project, number: int, told: Callable[[str], None]) -> Sample:
    seconds = _deploy(made, number)
    found = sample(made.engine.api, NAME, REPOSITORY, made.folder / "state", seconds)
    told(f"{number}: {', '.join(f'{key} {_shown(key, value)}' for key, value in asdict(found).items())}")
    return found


def _deploy(made: Project, number: int) -> float:
    """Build a release, which is not counted, and deploy it; return the seconds that this took."""
    recipe = f"FROM bluegreen-bench:base\nENV RELEASE=r{number}\n".encode()
    made.engine.images.build(fileobj=BytesIO(recipe), tag=f"{REPOSITORY}:r{number}", rm=True)
    return made.run("deploy", "--tag", f"r{number}")[0]


def _forget(made: Project) -> None:
    engine = made.engine.api
    for image in engine.images(REPOSITORY, quiet=True):
        engine.remove_image(image, force=True)


def _medians(samples: Sequence[Sample]) -> dict[str, float]:
    return {
        each.name: statistics.median(getattr(found, each.name) for found in samples) for each in fields(Sample)
    }  # fmt: skip


def _shown(key: str, value: float) -> str:
    if key in SIZES:
        return f"{value / 1e6:.2f} MB"
    return f"{value:.2f} s" if key == "seconds" else f"{value:g}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; print a table; 1 if a request was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--deployments", type=int, default=300, help="how many; 300 unless said")
    parser.add_argument("--json", type=Path, help="write everything that was measured into this file")
    options = parser.parse_args(arguments)
    figures.base_image()
    done = soak(options.deployments, lambda line: print(line, file=sys.stderr, flush=True))
    if options.json:
        options.json.write_text(json.dumps(done.to_json(), indent=1))
    print(done)
    if done.load.counts().lost:
        print(table(done.load))
    return int(done.load.counts().lost > 0)


if __name__ == "__main__":
    sys.exit(main())
