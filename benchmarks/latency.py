"""How long answers take while a deployment runs, against just before it: `python -m benchmarks.latency`.

The load is a share of what this machine can do at most, with nginx, application, engine and clients on it. Needs
Docker, and bin/images.
"""

import argparse
import statistics
from dataclasses import dataclass

from benchmarks.figures import TARGET, Project, images, project, web
from benchmarks.load import KeepAlive, Latency, Plan, Window, running

NAME = "latency"
CONNECTIONS = 32
WARM = 1.0
"""Seconds of each load that don't count: connections are made."""
LOOK = 5.0
"""Seconds that are looked at before each deployment, and to find out what saturates."""
LIMIT = 60.0


@dataclass(frozen=True)
class Run:
    """One deployment under load."""

    before: Latency
    during: Latency
    lost: int

    @property
    def ratio(self) -> float:
        """The 99th percentile during the deployment against before."""
        return self.during.p99 / self.before.p99

    def __str__(self) -> str:
        return f"99th percentile {self.before.p99 * 1000:.1f} ms before, {self.during.p99 * 1000:.1f} ms during"


def main() -> int:
    """Measure; print a median; 1 if anything was lost."""
    options = arguments()
    images()
    service = web("bench-server") | {"environment": {"READY_DELAY": "2"}}
    with project(NAME, {f"{NAME}-server": service}) as made:
        made.run("deploy")
        most = saturation()
        print(f"saturated at {most:,.0f} requests/s with {CONNECTIONS} connections", flush=True)
        runs = []
        for number in range(options.runs):
            runs.append(deployed(made, most * options.share, f"v{2 - number % 2}"))
            print(runs[-1], flush=True)
    lost = sum(each.lost for each in runs)
    ratio = statistics.median(each.ratio for each in runs)
    print(f"at {options.share:g} of it, median of {len(runs)}: {ratio:.2f} times the percentile before; {lost} lost")
    return int(lost > 0)


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


def deployed(made: Project, rate: float, release: str) -> Run:
    """Deploy a release under so many requests per second."""
    with running(TARGET, Plan((KeepAlive(count=CONNECTIONS, rate=rate),), LIMIT)) as load:
        load.go_on(WARM + LOOK)
        load.mark("deploy")
        made.run("deploy", "--tag", release)
        load.mark("done")
    report = load.report
    before = Window(WARM, report.at("deploy"))
    return Run(
        report.latency(window=before), report.latency(window=report.window("deploy", "done")), report.counts().lost
    )


if __name__ == "__main__":
    raise SystemExit(main())
