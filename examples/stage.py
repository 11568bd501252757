"""What the demonstrations share: a project on this machine, its load, and the tale of its deployments."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
from docker.errors import NotFound

from benchmarks.load import Running

DEADLINE = 60.0
MOVES_TRAFFIC = ("deploy", "rollback")
OURS = "bluegreen.project"
PROP = "bluegreen.demo"
"""The label of what a project needs and bluegreen never makes: the database and the network."""


class DemoError(Exception):
    """The demonstration did not go as it must."""


@dataclass
class Act:
    """One command of the tale, and how it went."""

    name: str
    status: int
    seconds: float
    cutover: float | None
    """Seconds that the one rename took; None where there was none."""


@dataclass
class Stage:
    """A project on this machine: run its commands, take it down again."""

    project: str
    services: Path
    """The services.yaml."""
    environment: Mapping[str, str] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = docker.from_env()
        self.folder = Path(tempfile.mkdtemp(prefix=f"bluegreen-{self.project}-"))

    def bluegreen(self, *words: str, expect: int = 0) -> None:
        """Run a command as a person would. Raises DemoError for another exit status than `expect`."""
        say(f"$ bluegreen {' '.join(words)}")
        begun = time.monotonic()
        status = self._run(*words).returncode
        seconds = time.monotonic() - begun
        moved = words[0] in MOVES_TRAFFIC and status == 0
        self.acts.append(Act(" ".join(words), status, seconds, self._last_cutover() if moved else None))
        if status != expect:
            raise DemoError(f"bluegreen {' '.join(words)} ended with status {status}, not {expect}")

    def act(self, load: Running, *words: str, expect: int = 0) -> None:
        """Run a command under load, marked in the load's report."""
        load.mark(" ".join(words))
        self.bluegreen(*words, expect=expect)
        load.wait_for_answers(50)

    def take_down(self) -> None:
        """Remove every container, network and file that the project made."""
        for label in (OURS, PROP):
            for container in self.engine.containers.list(all=True, filters={"label": f"{label}={self.project}"}):
                container.remove(force=True, v=True)
        for network in self.engine.networks.list(filters={"label": f"{PROP}={self.project}"}):
            network.remove()
        subprocess.run(["rm", "-rf", str(self.folder)], check=True)

    def _run(self, *words: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
        # taken down before it began, perhaps; and what is below a folder of all users must have one of its own
        self.folder.mkdir(mode=0o700, exist_ok=True)
        given = {**os.environ, **self.environment, "BLUEGREEN_STATE": str(self.folder / "state")}
        command = [sys.executable, "-m", "bluegreen", words[0], "-f", str(self.services), *words[1:]]
        return subprocess.run(command, env=given, check=False, text=True, capture_output=capture)

    def _last_cutover(self) -> float | None:
        history = self._run("history", "--limit", "1", "--json", capture=True).stdout
        deployments = json.loads(history)["deployments"]
        steps: list[dict[str, Any]] = deployments[0]["steps"] if deployments else []
        took = [step["seconds"] for step in steps if step["step"] == "cutover" and step["seconds"] is not None]
        return took[-1] if took else None


@contextmanager
def taken_down(stage: Stage, *, keep: bool) -> Iterator[None]:
    """Clean up afterwards, unless it is to stay."""
    try:
        yield
    finally:
        if keep:
            words = "" if stage.project == "shop" else f" {stage.project}"
            say(f"Left running; its state is in {stage.folder}. To remove it: bin/demo{words} --down")
        else:
            stage.take_down()


def postgres(stage: Stage, name: str, network: str, user: str) -> None:
    """Start the PostgreSQL 17 that the project's database service names, and wait until it accepts connections."""
    labels = {PROP: stage.project}
    try:
        stage.engine.networks.get(network)
    except NotFound:
        stage.engine.networks.create(network, labels=labels)
    environment = {"POSTGRES_USER": user, "POSTGRES_PASSWORD": user, "POSTGRES_DB": user}
    container = stage.engine.containers.run(
        "postgres:17", name=name, network=network, environment=environment, labels=labels, detach=True
    )
    ready = ["pg_isready", "-h", "127.0.0.1", "-U", user]
    wait_until(lambda: container.exec_run(ready).exit_code == 0, f"{name} accepts connections")


def wait_until(condition: Callable[[], bool], what: str, within: float = DEADLINE) -> None:
    """Wait for a condition. Raises DemoError at the deadline."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise DemoError(f"waited {within:g} s in vain: {what}")
        time.sleep(0.05)


def say(text: str) -> None:
    """Print a line of the tale."""
    print(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}", flush=True)
