"""nginx as bluegreen configures it against a minimal configuration by hand: `python -m benchmarks.throughput`.

The same nginx, the same application (another nginx with a small file), the same shared zone and kept connections to
it; runs alternate. Needs Docker, bin/images, and `wrk` (Debian's package of that name).
"""

import argparse
import contextlib
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.figures import HOST, Project, project

NAME = "throughput"
APPLICATION = {
    "image": "nginx:1.30",
    "port": 80,
    "routes": [{"host": HOST}],
    "health": {"tcp": {}},
    "bake": {"for": "0s"},
}
MINIMAL = """
daemon off;
worker_processes 2;
events { worker_connections 8192; }
http {
    access_log LOG;
    upstream application {
        zone application 128k;
        server APPLICATION:80;
        keepalive 32;
    }
    server {
        listen 80;
        location / {
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_pass http://application;
        }
    }
}
"""
PERCENTILE = re.compile(r"^\s+99%\s+([0-9.]+)(us|ms|s)$", re.MULTILINE)
RATE = re.compile(r"^Requests/sec:\s+([0-9.]+)$", re.MULTILINE)
FAILED = re.compile(r"^\s*(Socket errors|Non-2xx).*$", re.MULTILINE)
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


@dataclass(frozen=True)
class Run:
    """What one run saw."""

    rate: float
    """Requests per second."""
    p99: float
    """Milliseconds."""


def main() -> None:
    """Measure by turns; print medians and their ratios."""
    options = arguments()
    with proxies() as addresses:
        runs: Mapping[str, list[Run]] = {name: [] for name in addresses}
        for _ in range(options.runs):
            for name, address in addresses.items():
                runs[name].append(asked(address, options.seconds, options.connections))
                print(f"{name}: {runs[name][-1]}", file=sys.stderr, flush=True)
    for name, found in runs.items():
        rate, p99 = medians(found)
        print(f"{name}: {rate:,.0f} requests/s, 99th percentile {p99:.2f} ms")
    ours = medians(runs["bluegreen"])
    for name in runs:
        if name != "bluegreen":
            rate, p99 = medians(runs[name])
            print(f"bluegreen / {name}: {ours[0] / rate:.2f} of the throughput, {ours[1] / p99:.2f} of the percentile")


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("python -m benchmarks.throughput", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="of each configuration")
    parser.add_argument("--seconds", type=int, default=4, help="of each run")
    parser.add_argument("--connections", type=int, default=32)
    return parser.parse_args()


@contextlib.contextmanager
def proxies() -> Iterator[Mapping[str, str]]:
    """Our nginx and those by hand, before the same application: their addresses."""
    with project(NAME, {f"{NAME}-app": APPLICATION}) as made, contextlib.ExitStack() as stack:
        made.run("deploy")
        application = made.engine.containers.list(filters={"label": f"bluegreen.service={NAME}-app"})[0]
        by_hand = {
            "by hand": MINIMAL.replace("LOG", "/dev/stdout"),
            "by hand, no access log": MINIMAL.replace("LOG", "off"),
        }
        yield {
            "bluegreen": address(made, f"{NAME}-proxy"),
            **{
                name: stack.enter_context(minimal(made, number, text.replace("APPLICATION", str(application.name))))
                for number, (name, text) in enumerate(by_hand.items())
            },
        }


@contextlib.contextmanager
def minimal(made: Project, number: int, configuration: str) -> Iterator[str]:
    """An nginx with a configuration of its own: its address."""
    file = made.folder / f"minimal-{number}.conf"
    file.write_text(configuration)
    name = f"{NAME}-minimal-{number}"
    container = made.engine.containers.run(
        "nginx:1.30", ["nginx", "-c", f"/conf/{file.name}"], name=name, network=NAME, detach=True,
        labels={"bluegreen.project": NAME}, volumes=[f"{made.folder}:/conf:ro"],
    )  # fmt: skip
    try:
        yield address(made, name)
    finally:
        container.remove(force=True)


def address(made: Project, name: str) -> str:
    """Where a container is."""
    networks = made.engine.containers.get(name).attrs["NetworkSettings"]["Networks"]
    return str(networks[NAME]["IPAddress"])


def asked(address: str, seconds: int, connections: int) -> Run:
    """Ask as fast as it answers. Raises SystemExit if a request failed."""
    command = ["wrk", "--latency", "-t1", f"-c{connections}", f"-d{seconds}s", "-H", f"Host: {HOST}"]
    out = subprocess.run([*command, f"http://{address}/"], check=True, capture_output=True, text=True).stdout
    rate, p99 = RATE.search(out), PERCENTILE.search(out)
    if FAILED.search(out) or not rate or not p99:
        raise SystemExit(f"{address}:\n{out}")
    return Run(float(rate[1]), float(p99[1]) * UNITS[p99[2]])


def medians(runs: Sequence[Run]) -> tuple[float, float]:
    """Requests per second, and milliseconds."""
    return statistics.median(each.rate for each in runs), statistics.median(each.p99 for each in runs)


if __name__ == "__main__":
    main()
