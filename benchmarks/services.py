"""How cost grows with services: `python -m benchmarks.services [--deploy N…] [--picture FILE]`. Needs Docker.

Without --deploy: reading services.yaml, observing a container of each service, planning, rendering and `nginx -t`, for
1 to 200 services. With it: one deployment that changes N services, from the start of the process to its end, and its
parts.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from benchmarks.figures import images, project, web
from benchmarks.plot import growth
from benchmarks.timed import seconds
from bluegreen.config.load import load
from bluegreen.decide.plan import Current, plan
from bluegreen.engine.client import connect
from bluegreen.engine.docker import DockerEngine
from bluegreen.model.color import Color
from bluegreen.model.container import Label, Role
from bluegreen.model.project import Project
from bluegreen.model.release import Image, Release
from bluegreen.model.routing import Capabilities, Proxied, Routing, Slot
from bluegreen.proxy.render import render

SIZES = (1, 10, 50, 200)
RUNS = 5
IMAGE = "nginx:1.30"
CONTAINER = "bench-services"
QUIET = "bluegreen-bench-quiet"
"""Without a HEALTHCHECK: a hundred of them keep two processors busy with nothing else."""
STEPS = ("start", "health", "nginx", "settle", "retire")


def described(number: int) -> dict[str, object]:
    """A services.yaml of so many services, each with a route, variables and a probe."""
    services = {
        f"shop-{index}": {
            "image": f"acme/shop-{index}:1", "port": 3000, "routes": [{"host": "shop.test", "path": f"/{index}"}],
            "environment": {f"VARIABLE_{each}": f"value {each}" for each in range(10)},
            "health": {"http": {"path": "/health", "expect_body": "ok"}}, "stop_grace_period": "30s",
        }
        for index in range(number)
    }  # fmt: skip
    return {"project": "shop", "network": "shop", "services": services}


def releases(read: Project, number: int) -> list[Release]:
    """A release of each service; `number` tells one set from another."""
    return [
        Release(f"{number}-{name}", service, Image(service.image or "", f"sha256:{number}"), f"{number}")
        for name, service in read.services.items()
    ]


def routing(read: Project) -> Routing:
    """Every service with both slots."""
    services = tuple(
        Proxied(
            name, 3000, service.routes,
            {color: Slot((f"{name}-{color}:3000",), (f"{name}-{color.other}:3000",)) for color in Color},
        )
        for name, service in read.services.items()
    )  # fmt: skip
    able = Capabilities("1.30.0", resolve=True, keepalive_min_timeout=True, http2_directive=True)
    return Routing("shop", read.proxy, services, "172.18.0.1", able, 2)


@contextmanager
def nginx(folder: Path) -> Iterator[Callable[[], object]]:
    """Run nginx beside a folder; give what has it test the configuration there."""
    started = ["docker", "run", "--detach", "--name", CONTAINER, "--volume", f"{folder}:/etc/nginx/bluegreen:ro"]
    subprocess.run([*started, IMAGE], check=True, capture_output=True)
    test = ["docker", "exec", CONTAINER, "nginx", "-t", "-q", "-c", "/etc/nginx/bluegreen/nginx.conf"]
    try:
        yield partial(subprocess.run, test, check=True)
    finally:
        subprocess.run(["docker", "rm", "--force", CONTAINER], check=True, capture_output=True)


class Observed:
    """Containers that are there to be looked at, one of each service; they never run."""

    def __init__(self) -> None:
        self._client = connect()
        self._made: list[str] = []

    def grow(self, names: Sequence[str]) -> Callable[[], object]:
        """Make those that are missing; return what looks at all of them."""
        for name in names[len(self._made) :]:
            labels = {Label.PROJECT: CONTAINER, Label.SERVICE: name, Label.COLOR: str(Color.BLUE), Label.ROLE: Role.APP}
            self._made.append(self._client.create_container(IMAGE, name=f"{CONTAINER}-{name}", labels=labels)["Id"])
        return DockerEngine(self._client, CONTAINER, "none").containers

    def close(self) -> None:
        """Leave none behind."""
        for container in self._made:
            self._client.remove_container(container)
        self._client.close()


def described_costs(folder: Path, number: int, observed: Observed, test: Callable[[], object]) -> dict[str, float]:
    """What so many services cost before anything is deployed."""
    file = folder / "services.yaml"
    file.write_text(yaml.safe_dump(described(number), sort_keys=False))
    read = load(file, None)
    old, new = releases(read, 1), releases(read, 2)
    now = {release.name: Current(Color.BLUE, release, 1) for release in old}
    wanted = routing(read)
    (folder / "nginx.conf").write_text(render(wanted, 1))
    return {
        "services.yaml": seconds(partial(load, file, None), RUNS),
        "observe": seconds(observed.grow(list(read.services)), RUNS),
        "plan": seconds(partial(plan, new, now), RUNS),
        "render": seconds(partial(render, wanted, 1), RUNS),
        "nginx -t": seconds(test, RUNS),
    }


def deployed_costs(number: int) -> dict[str, float]:
    """What one deployment costs that changes so many services."""
    services = {f"bench-{index}": web(f"bench-{index}") | {"image": QUIET} for index in range(number)}
    with project("bench", services) as bench:
        bench.run("deploy", "--tag", "v1")
        whole, out = bench.run("deploy", "--json", "--tag", "v2")
    return {"whole": whole, **{name: _lasted(json.loads(out)["steps"], name) for name in STEPS}}


def _lasted(steps: Sequence[Mapping[str, Any]], name: str) -> float:
    """From the first beginning to the last end of all steps of this name."""
    found = [step for step in steps if step["step"] == name]
    return float(max(step["ended_at"] for step in found) - min(step["started_at"] for step in found))


def measured(sizes: Sequence[int]) -> dict[int, dict[str, float]]:
    """Costs by number of services: before a deployment, or of one where sizes are named."""
    if sizes:
        images(QUIET, "HEALTHCHECK NONE")
        return {number: deployed_costs(number) for number in sizes}
    with (
        tempfile.TemporaryDirectory(prefix="bluegreen-services-") as name,
        nginx(Path(name)) as test,
        closing(Observed()) as observed,
    ):
        return {number: described_costs(Path(name), number, observed, test) for number in SIZES}


def main() -> None:
    """Print a table, and draw it."""
    options = argparse.ArgumentParser("bin/bench services", description=__doc__)
    options.add_argument("--deploy", type=int, nargs="+", default=[], metavar="N", help="deploy so many at once")
    options.add_argument("--picture", type=Path, metavar="FILE", help="draw it as SVG")
    chosen = options.parse_args()
    found = measured(chosen.deploy)
    names = list(next(iter(found.values())))
    print(f"{'services':>8}" + "".join(f"{name:>16}" for name in names))
    for number, costs in found.items():
        print(f"{number:8}" + "".join(f"{costs[name] * 1000:13.1f} ms" for name in names))
    if chosen.picture:
        title = "One deployment that changes so many services" if chosen.deploy else "How cost grows with services"
        lines = {name: [(number, costs[name]) for number, costs in found.items()] for name in names}
        chosen.picture.write_text(growth(title, lines, "services"))


if __name__ == "__main__":
    main()
