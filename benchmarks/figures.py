"""The figures of the main job: `python -m benchmarks.figures`. Needs Docker, and the images of bin/images.

Each is the median of several runs on this machine, with nothing else in the way; the application is ready as soon
as it has started.
"""

import contextlib
import http.client
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import docker
import yaml
from docker.errors import APIError

from benchmarks.load import KeepAlive, Plan, Target, running

PORT = int(os.environ.get("BENCH_PORT", "8098"))
REGISTRY_PORT = int(os.environ.get("BENCH_REGISTRY_PORT", "8097"))
HOST = "figures.test"
TARGET = Target(f"http://127.0.0.1:{PORT}", HOST)
RUNS = 7
SHOP = Path(__file__).parents[1] / "examples/shop"
IDLE_CLIENTS = 20
IDLE_SECONDS = 20.0
"""Each client asks once in this time; in between its connection is idle."""
IDLE_RUNS = 3
IDLE_LIMIT = 150.0
POLL = 0.002
DEADLINE = 30.0


class Project:
    """A project of the benchmark's own."""

    def __init__(self, name: str, services: Mapping[str, Any]) -> None:
        self.name = name
        self.engine = docker.from_env()
        self.folder = Path(tempfile.mkdtemp(prefix="bluegreen-figures-"))
        proxy = {"http": f"127.0.0.1:{PORT}", "workers": 2}
        content = {"project": name, "network": name, "proxy": proxy, "services": services}
        (self.folder / "services.yaml").write_text(yaml.safe_dump(content, sort_keys=False))

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command."""
        environment = {**os.environ, "BLUEGREEN_STATE": str(self.folder / "state")}
        file = str(self.folder / "services.yaml")
        command = [sys.executable, "-m", "bluegreen", words[0], "-f", file, *words[1:]]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str) -> tuple[float, str]:
        """Run a command to its end: seconds, and what it printed."""
        begun = time.perf_counter()
        process = self.start(*words)
        out, err = process.communicate()
        if process.returncode:
            raise SystemExit(f"bluegreen {' '.join(words)}: status {process.returncode}\n{out}\n{err}")
        return time.perf_counter() - begun, out

    def remove(self) -> None:
        """Leave nothing behind."""
        mine: dict[str, str | list[str] | bool] = {"label": f"bluegreen.project={self.name}"}
        for container in self.engine.containers.list(all=True, filters=mine):
            container.remove(force=True, v=True)
        for network in self.engine.networks.list(filters=mine):
            try:
                network.remove()
            except APIError as error:  # an engine may go on counting a container that is gone
                print(f"network {network.name} is left behind: {error.explanation}", file=sys.stderr)
        shutil.rmtree(self.folder)


@contextlib.contextmanager
def project(name: str, services: Mapping[str, Any]) -> Iterator[Project]:
    """Make a project, and remove it afterwards."""
    made = Project(name, services)
    try:
        yield made
    finally:
        made.remove()


def web(name: str) -> dict[str, Any]:
    """A web service of the shop's image."""
    health = {"http": {"path": "/health"}, "deadline": "20s"}
    return {
        "image": "bluegreen-bench:v1",
        "port": 3000,
        "routes": [{"host": HOST, "path": f"/{name}" if name != "bench-server" else "/"}],
        "health": health,
        "bake": {"for": "0s"},
    }


def base_image() -> docker.DockerClient:
    """Build the image that all releases of the shop begin with."""
    client = docker.from_env()
    client.images.build(path=str(SHOP), tag="bluegreen-bench:base", rm=True)
    return client


def images(repository: str = "bluegreen-bench", more: str = "") -> None:
    """Build two releases of the shop's server; `more`: further lines of their Dockerfile."""
    client = base_image()
    for release in ("v1", "v2"):
        recipe = f"FROM bluegreen-bench:base\nENV RELEASE={release}\n{more}\n".encode()
        client.images.build(fileobj=BytesIO(recipe), tag=f"{repository}:{release}", rm=True)


def release_now() -> str:
    """The release that answers."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    connection.request("GET", "/", headers={"Host": HOST})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.getheader("X-Release") or ""


def until_release(release: str, begun: float) -> float:
    """Seconds from `begun` until the release answers."""
    while release_now() != release:
        if time.perf_counter() > begun + DEADLINE:
            raise SystemExit(f"{release} did not answer within {DEADLINE:g} s")
        time.sleep(POLL)
    return time.perf_counter() - begun


def median(figures: list[float]) -> str:
    """Show a median and its spread."""
    return f"{statistics.median(figures):.3f} s (of {len(figures)}: {min(figures):.3f} to {max(figures):.3f})"


def deployments() -> None:
    """Command to first answer, healthy to serving, the whole command, and going back while it is warm."""
    first, serving, warm = [], [], []
    with project("bench", {"bench-server": web("bench-server")}) as bench:
        bench.run("deploy")
        for number in range(RUNS):
            release = f"v{2 - number % 2}"
            begun = time.perf_counter()
            process = bench.start("deploy", "--json", "--tag", release)
            first.append(until_release(release, begun))
            out, _ = process.communicate()
            serving.append(healthy_to_serving(json.loads(out)["steps"]))
        whole = [bench.run("deploy", "--tag", f"v{1 + number % 2}")[0] for number in range(RUNS)]
        for _ in range(RUNS):
            before = release_now()
            process = bench.start("deploy", "--tag", "v1" if before == "v2" else "v2", "--bake", "60s")
            until_release("v1" if before == "v2" else "v2", time.perf_counter())
            begun = time.perf_counter()
            back = bench.start("rollback")
            warm.append(until_release(before, begun))
            back.communicate()
            process.communicate()
    print(f"command to first answer of the new release: {median(first)}")
    print(f"healthy to serving: {median(serving)}")
    print(f"whole command, bake 0, no traffic: {median(whole)}")
    print(f"rollback onto a warm color, to its first answer: {median(warm)}")


def healthy_to_serving(steps: list[dict[str, Any]]) -> float:
    """Seconds from the last health verdict, or nginx being prepared, to the end of the rename."""
    ended = {step["step"]: step["ended_at"] for step in steps}
    return float(ended["cutover"] - max(ended["health"], ended["nginx"]))


def idle() -> None:
    """The whole command while clients hold connections open that they seldom use."""
    seldom = KeepAlive(count=IDLE_CLIENTS, rate=IDLE_CLIENTS / IDLE_SECONDS)
    with project("bench", {"bench-server": web("bench-server")}) as bench:
        bench.run("deploy")
        with running(TARGET, Plan((seldom,), IDLE_LIMIT)) as load:
            load.go_on(IDLE_SECONDS)
            whole = [bench.run("deploy", "--tag", f"v{2 - number % 2}")[0] for number in range(IDLE_RUNS)]
        lost = load.report.counts().lost
    print(f"whole command, bake 0, {IDLE_CLIENTS} clients with idle connections: {median(whole)}; {lost} lost")


def nothing_to_do() -> None:
    """`deploy` for four services that have not changed."""
    services = {name: web(name) for name in ("bench-server", "bench-store", "bench-mail", "bench-search")}
    with project("bench", services) as bench:
        bench.run("deploy")
        print(f"deploy with nothing to do for 4 services: {median([bench.run('deploy')[0] for _ in range(RUNS)])}")


def twenty() -> None:
    """`deploy` for twenty services that have not changed, each of whose digests the registry is asked for."""
    engine = docker.from_env()
    container = engine.containers.run("registry:2", detach=True, ports={"5000/tcp": ("127.0.0.1", REGISTRY_PORT)})
    try:
        refs = [f"127.0.0.1:{REGISTRY_PORT}/bench-{number}:v1" for number in range(20)]
        for ref in refs:
            engine.images.get("bluegreen-bench:v1").tag(ref)
            engine.images.push(ref)
        services = {f"bench-{number}": web(f"bench-{number}") | {"image": ref} for number, ref in enumerate(refs)}
        with project("bench", services) as bench:
            bench.run("deploy")
            taken = [bench.run("deploy")[0] for _ in range(RUNS)]
        print(f"deploy with nothing to do for 20 services, all digests asked of the registry: {median(taken)}")
        for ref in refs:
            engine.images.remove(ref)
    finally:
        container.remove(force=True, v=True)


def hundred() -> None:
    """`status` for a hundred services that all run."""
    idle = {"image": "nginx:1.30", "port": 80, "health": {"tcp": {}}}
    services = {f"bench-{number}": web(f"bench-{number}") | idle for number in range(100)}
    with project("bench", services) as bench:
        bench.run("deploy")
        print(f"status for 100 services: {median([bench.run('status')[0] for _ in range(RUNS)])}")


def process_start() -> None:
    """The interpreter, the imports and the first engine call."""
    program = "import bluegreen.deploy.opening, bluegreen.deploy.deploy, bluegreen.engine.client as c; c.connect()"
    print(f"process start and imports: {median([timed([sys.executable, '-c', program]) for _ in range(RUNS)])}")


def timed(command: list[str]) -> float:
    """Seconds that a command takes."""
    begun = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - begun


def main() -> None:
    """Measure everything."""
    parts: dict[str, Callable[[], None]] = {
        "start": process_start, "deployments": deployments, "idle": idle, "nothing": nothing_to_do, "twenty": twenty,
        "hundred": hundred,
    }  # fmt: skip
    chosen = sys.argv[1:] or list(parts)
    if unknown := ", ".join(name for name in chosen if name not in parts):
        raise SystemExit(f"no part {unknown}; there are {', '.join(parts)}")
    images()
    for name in chosen:
        parts[name]()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of a command: {peak:.0f} MB")


if __name__ == "__main__":
    main()
