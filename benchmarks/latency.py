"""How long answers take while a deployment runs, against just before it: `python -m benchmarks.latency`.

The load is a share of what this machine can do at most, with nginx, application, engine and clients on it. In turns
with the deployments, the engine alone starts and stops the same container: what no deployment can do without. Needs
Docker, and bin/images.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.figures import TARGET, Project, images, project, web
from benchmarks.load import KeepAlive, Latency, Plan, Window, running

NAME = "latency"
CONNECTIONS = 32
WARM = 1.0
"""Seconds of each load that don't count: connections are made."""
LOOK = 5.0
"""Seconds that are looked at before each deployment, and to find out what saturates."""
LIMIT = 60.0
READY_DELAY = 2.0


@dataclass(frozen=True)
class Run:
    """Something done under load."""

    what: str
    before: Latency
    during: Latency
    lost: int

    @property
    def ratio(self) -> float:
        """The 99th percentile meanwhile against before."""
        return self.during.p99 / self.before.p99

    def __str__(self) -> str:
        before, during = (f"{each.p99 * 1000:.1f} ms" for each in (self.before, self.during))
        return f"{self.what}: 99th percentile {before} before, {during} meanwhile"


def main() -> int:
    """Measure; print medians; 1 if anything was lost."""
    options = arguments()
    images()
    service = web("bench-server") | {"environment": {"READY_DELAY": f"{READY_DELAY:g}"}}
    deployments, bare = [], []
    with project(NAME, {f"{NAME}-server": service}) as made:
        made.run("deploy")
        most = saturation()
        print(f"saturated at {most:,.0f} requests/s with {CONNECTIONS} connections", flush=True)
        rate = most * options.share
        for number in range(options.runs):
            release = f"v{2 - number % 2}"
            deployments.append(under(rate, "a deployment", partial(made.run, "deploy", "--tag", release)))
            print(deployments[-1], flush=True)
            bare.append(under(rate, "the engine alone", partial(started_and_stopped, made)))
            print(bare[-1], flush=True)
    print(f"at {options.share:g} of it, medians of {options.runs}, against the percentile before:")
    for runs in (deployments, bare):
        print(f"  {runs[0].what}: {ratio(runs)}")
    return int(any(each.lost for each in (*deployments, *bare)))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("bin/bench latency", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="deployments")
    parser.add_argument("--share", type=float, default=0.5, help="of the load that saturates")
    return parser.parse_args()


def saturation() -> float:
    """Requests per second when each client asks again as soon as it is answered."""
    with running(TARGET, Plan((KeepAlive(count=CONNECTIONS),), WARM + LOOK)) as load:
        load.finished()
    return load.report.counts(window=Window(WARM, WARM + LOOK)).answered / LOOK


def under(rate: float, what: str, work: Callable[[], object]) -> Run:
    """Do something under so many requests per second."""
    with running(TARGET, Plan((KeepAlive(count=CONNECTIONS, rate=rate),), LIMIT)) as load:
        load.go_on(WARM + LOOK)
        load.mark("begun")
        work()
        load.mark("done")
    report = load.report
    before = Window(WARM, report.at("begun"))
    during = report.window("begun", "done")
    return Run(what, report.latency(window=before), report.latency(window=during), report.counts().lost)


def started_and_stopped(made: Project) -> None:
    """Start a container of the application beside the one that serves, leave it its time, stop and remove it."""
    container = made.engine.containers.run(
        "bluegreen-bench:v1", detach=True, network=NAME, environment={"READY_DELAY": f"{READY_DELAY:g}"}
    )
    try:
        time.sleep(READY_DELAY)
        container.stop()
    finally:
        container.remove(force=True)


def ratio(runs: Sequence[Run]) -> str:
    """The median, its spread, and what was lost."""
    ratios = sorted(each.ratio for each in runs)
    spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
    return f"{statistics.median(ratios):.2f} times ({spread}); {sum(each.lost for each in runs)} lost"


if __name__ == "__main__":
    raise SystemExit(main())
