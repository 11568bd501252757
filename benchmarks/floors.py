"""Each part of a deployment against its floor: `python -m benchmarks.floors [RUNS]`. Needs Docker.

The parts are what `deploy --timings` says of itself; a floor is the same work done bare: an interpreter, a container
created and started, `nginx -t`, a signal until new workers run, a rename. Deployments and bare work take turns.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.figures import Project, images, project, web

RUNS = 7
SERVICE = "bench-server"
DEADLINE = 10.0
POLL = 0.001
NGINX = ("nginx", "-t", "-q", "-c", "/etc/nginx/bluegreen/current/nginx.conf")
FLOORS = {
    "imports": "python -c pass",
    "engine creates": "create",
    "engine starts": "start",
    "test": "nginx -t",
    "verified": "HUP until new workers",
    "cutover": "rename",
    "engine stops": "stop",
    "engine removes": "remove",
}
"""By part of a deployment, the bare work that is in it."""


class Bare:
    """The work that no tool can do without."""

    def __init__(self, bench: Project) -> None:
        self._engine = bench.engine.api
        self._bench = bench
        self._proxy = f"{bench.name}-proxy"
        self._name = f"{bench.name}-bare"

    def times(self) -> dict[str, float]:
        """Do each once; return how long it took, in seconds."""
        engine, name = self._engine, self._name
        config = engine.create_host_config(network_mode=self._bench.name)
        found = {
            "python -c pass": seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)),
            "create": seconds(lambda: engine.create_container("bluegreen-bench:v1", name=name, host_config=config)),
            "start": seconds(lambda: engine.start(name)),
            "nginx -t": seconds(self._test),
            "HUP until new workers": seconds(self._reload),
            "rename": seconds(self._rename),
            "stop": seconds(lambda: engine.stop(name, timeout=10)),
        }
        return found | {"remove": seconds(lambda: engine.remove_container(name, v=True))}

    def _test(self) -> None:
        identity = self._engine.exec_create(self._proxy, list(NGINX))["Id"]
        self._engine.exec_start(identity)

    def _reload(self) -> None:
        master = self._engine.inspect_container(self._proxy)["State"]["Pid"]
        before = _children(master)
        os.kill(master, signal.SIGHUP)
        deadline = time.monotonic() + DEADLINE
        while not _children(master) - before:
            if time.monotonic() > deadline:
                raise SystemExit(f"nginx has no new workers after {DEADLINE:g} s")
            time.sleep(POLL)

    def _rename(self) -> None:
        made, link = self._bench.folder / "made", self._bench.folder / "link"
        made.symlink_to("somewhere")
        made.replace(link)


def _children(pid: int) -> set[str]:
    return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def parts(bench: Project, release: str) -> dict[str, float]:
    """Deploy a release; return the seconds of each part, the first time that it was done."""
    _, out = bench.run("deploy", "--json", "--timings", "--tag", release)
    return {each["part"]: each["seconds"] for each in reversed(json.loads(out)["timings"])}


def table(ours: dict[str, list[float]], bare: dict[str, list[float]]) -> list[str]:
    """Lay medians out, a line for each part."""
    lines = [f"{'part':18}{'ours':>10}  {'floor':24}{'bare':>10}{'ours / bare':>13}"]
    for part, taken in sorted(ours.items(), key=lambda item: -statistics.median(item[1])):
        mine, floor = statistics.median(taken), FLOORS.get(part, "")
        if not floor:
            lines.append(f"{part:18}{mine * 1000:7.1f} ms")
            continue
        least = statistics.median(bare[floor])
        lines.append(f"{part:18}{mine * 1000:7.1f} ms  {floor:24}{least * 1000:7.1f} ms{mine / least:13.2f}")
    return lines


def main(words: Sequence[str]) -> None:
    """Take turns, and print the medians."""
    runs = int(words[0]) if words else RUNS
    images()
    ours: dict[str, list[float]] = defaultdict(list)
    bare: dict[str, list[float]] = defaultdict(list)
    with project("bench", {SERVICE: web(SERVICE)}) as bench:
        bench.run("deploy")
        for number in range(runs):
            for part, taken in parts(bench, f"v{2 - number % 2}").items():
                ours[part].append(taken)
            for floor, taken in Bare(bench).times().items():
                bare[floor].append(taken)
    print("\n".join(table(ours, bare)))


if __name__ == "__main__":
    main(sys.argv[1:])
