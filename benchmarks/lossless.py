"""Nothing lost, whatever moves and whoever asks: `python -m benchmarks.lossless`. Needs Docker, and bin/images.

1, 3 and 8 services at once, of 1 and 4 replicas, that finish on SIGTERM what was begun, that exit at once, and that
don't care; and a 28 s request, a stream and a WebSocket that go on across a deployment. Status 1 if anything was lost,
or if one of the last three was ended by the server.
"""

import argparse
import itertools
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.figures import HOST, PORT, images, project, web
from benchmarks.load import Fresh, Group, KeepAlive, Plan, Report, Stream, Target, Upload, WebSocket, running, table
from benchmarks.load.plan import ORDER
from benchmarks.load.table import aligned

NAME = f"lossless{PORT}"
SHORT: tuple[Group, ...] = (
    KeepAlive(count=16, rate=120),
    KeepAlive(count=8, rate=40, method="POST", path="/orders", body=ORDER),
    Fresh(count=4, rate=30),
    Fresh(count=2, rate=10, method="POST", path="/orders", body=ORDER, name="fresh POST"),
    KeepAlive(count=2, path="/slow?ms=300", name="300 ms"),
    KeepAlive(count=1, path="/slow?ms=3000", name="3 s"),
    Upload(count=1),
)
LONGEST = 28.0
LASTING: tuple[Group, ...] = (
    KeepAlive(count=2, path=f"/slow?ms={LONGEST * 1000:.0f}", timeout=2 * LONGEST, name=f"{LONGEST:g} s"),
    Stream(count=2),
    WebSocket(count=2),
)
ROUNDS = 4
DEADLINE = 300.0
HEADINGS = ("services", "replicas", "SIGTERM", "deployments", "requests", "lost", "slowest deployment")


@dataclass(frozen=True)
class Case:
    """What moves."""

    services: int
    replicas: int
    sigterm: str

    def content(self, drain: float) -> Mapping[str, Any]:
        """The services: the first has the whole host, the others a path each."""
        return dict(self.service(number, drain) for number in range(self.services))

    def service(self, number: int, drain: float) -> tuple[str, dict[str, Any]]:
        """One service, and its name."""
        name = f"{NAME}-{number}"
        route = {"host": HOST, "path": f"/{number}" if number else "/", "strip": number > 0}
        return name, web(name) | {
            "routes": [route],
            "replicas": self.replicas,
            "environment": {"SIGTERM": self.sigterm},
            "drain_timeout": f"{drain:g}s",
            "stop_grace_period": "2s",
        }

    def clients(self) -> tuple[Group, ...]:
        """All kinds at the first service, kept connections to each other one."""
        others = (
            KeepAlive(count=2, rate=10, path=f"/{number}/", name=f"{number}") for number in range(1, self.services)
        )
        return (*SHORT, *others)


@dataclass(frozen=True)
class Seen:
    """What came of a case."""

    case: Case
    load: Report
    seconds: Sequence[float]
    """Of each deployment."""

    @property
    def row(self) -> tuple[str, ...]:
        """As a person reads it."""
        counts = self.load.counts()
        return (
            str(self.case.services), str(self.case.replicas), self.case.sigterm, str(len(self.seconds)),
            f"{counts.sent:,}", str(counts.lost), f"{max(self.seconds):.1f} s",
        )  # fmt: skip


SHORT_CASE, SHORT_ROUNDS = Case(3, 1, "abrupt"), 2


def cases() -> Iterator[Case]:
    """Every number of services with every number of replicas, drained or not."""
    for services, replicas, sigterm in itertools.product((1, 3, 8), (1, 4), ("graceful", "abrupt")):
        yield Case(services, replicas, sigterm)
    yield Case(1, 1, "ignore")


def moved(case: Case, rounds: int) -> Seen:
    """Deploy so many times under load."""
    with project(NAME, case.content(drain=10)) as made:
        made.run("deploy")
        with running(Target(f"http://127.0.0.1:{PORT}", HOST), Plan(case.clients(), DEADLINE)) as load:
            seconds = []
            for number in range(rounds):
                load.wait_for_answers(100)
                seconds.append(made.run("deploy", "--tag", f"v{2 - number % 2}")[0])
            load.wait_for_answers(100)
    return Seen(case, load.report, seconds)


def lasted() -> Seen:
    """Deploy once while something goes on that outlasts the cutover by far."""
    case = Case(1, 1, "graceful")
    with project(NAME, case.content(drain=3 * LONGEST)) as made:
        made.run("deploy")
        with running(Target(f"http://127.0.0.1:{PORT}", HOST), Plan((*SHORT, *LASTING), LONGEST + 2)) as load:
            load.wait_for_answers(100)
            begun = time.monotonic()
            deployment = made.start("deploy", "--tag", "v2")
            load.wait_for_release("v2")
            load.finished()
        _, err = deployment.communicate(timeout=DEADLINE)
        seconds = time.monotonic() - begun
    if deployment.returncode:
        raise SystemExit(f"the deployment ended with status {deployment.returncode}\n{err}")
    return Seen(case, load.report, [seconds])


def lasted_whole() -> bool:
    """Whether nothing was lost, and nothing that lasts was ended by the server; print a table."""
    last = lasted().load
    print(f"\nAcross one deployment, {LONGEST:g} s long:\n\n{table(last)}")
    return not (last.counts().lost or last.counts().ended)


def main() -> int:
    """Run every case, or a short one; print a table; 1 if anything was lost."""
    parser = argparse.ArgumentParser("bin/bench lossless", description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help="two deployments of three services, and nothing that lasts"
    )
    short = parser.parse_args().short
    images()
    seen = []
    for case in [SHORT_CASE] if short else cases():
        seen.append(moved(case, SHORT_ROUNDS if short else ROUNDS))
        print(*seen[-1].row, file=sys.stderr, flush=True)
    print("\n".join(aligned([HEADINGS, *(each.row for each in seen)])))
    for each in seen:
        if each.load.counts().lost:
            print(f"\n{each.case}\n\n{table(each.load)}")
    return int(any(each.load.counts().lost for each in seen) or not (short or lasted_whole()))


if __name__ == "__main__":
    sys.exit(main())
