"""The tools that are compared: each is a script with the verbs `up`, `deploy` and `down`."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load import Target

PEERS = Path(__file__).parent / "peers"
NAMES = ("bluegreen", "nginx-tuned", "nginx-script", "caddy", "traefik", "swarm", "remove-run")
FIRST_PORT = int(os.environ.get("BENCH_PORT", "8400"))
HOST = "bench.test"
ENDS = ("graceful", "abrupt", "ignore")
"""What an application can make of SIGTERM."""


@dataclass(frozen=True)
class App:
    """How the application behaves."""

    ready_delay: float = 2.0
    """Seconds from its start until it answers."""
    sigterm: str = "graceful"
    """One of `ENDS`."""
    drain: int = 5
    """Seconds that those who drain may take: a 3 s request can end, a WebSocket can't."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What the scripts pass on to its containers."""
        return {"READY_DELAY": f"{self.ready_delay:g}", "SIGTERM": self.sigterm, "DRAIN_SECONDS": str(self.drain)}


@dataclass(frozen=True)
class Tool:
    """One tool with its own application, on a port of its own."""

    name: str
    binaries: Path
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="bluegreen-bench-")))

    @property
    def port(self) -> int:
        """Where its clients come; the next one is for the tool's own use."""
        return FIRST_PORT + 2 * NAMES.index(self.name)

    @property
    def target(self) -> Target:
        """Where its load goes."""
        return Target(f"http://127.0.0.1:{self.port}", HOST)

    @property
    def project(self) -> str:
        """What its scripts call what they make, by its port: several can run side by side, but for the one swarm."""
        return f"bench-{self.name}-{self.port}"

    @property
    def label(self) -> str:
        """What its application's containers carry, as a filter."""
        keys = {"bluegreen": "bluegreen.project", "swarm": "com.docker.swarm.service.name"}
        return f"{keys.get(self.name, 'bench')}={self.project}{'-app' if self.name == 'swarm' else ''}"

    def start(self, app: App, verb: str, *words: str) -> "subprocess.Popen[str]":
        """Start the script, in a process group of its own."""
        environment = {
            **os.environ, **app.environment,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "BENCH_NAME": self.project, "BENCH_PORT": str(self.port),
            "BENCH_DIR": str(self.folder), "BENCH_BINARIES": str(self.binaries),
            "BLUEGREEN_STATE": str(self.folder / "state"),
        }  # fmt: skip
        command = [str(PEERS / f"{self.name}.sh"), verb, *words]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True)

    def run(self, app: App, verb: str, *words: str) -> None:
        """Run the script to its good end. Raises SystemExit for any other."""
        process = self.start(app, verb, *words)
        out, err = process.communicate()
        if process.returncode:
            raise SystemExit(f"{self.name} {verb}: status {process.returncode}\n{out}\n{err}")

    def containers(self) -> list[str]:
        """The application's containers, stopped ones included: `name release state`."""
        ids = told("ps", "--all", "--quiet", "--filter", f"label={self.label}").split()
        found = json.loads(told("inspect", *ids)) if ids else []
        return sorted(
            f"{each['Name'].removeprefix('/')} {variable.removeprefix('RELEASE=')} {each['State']['Status']}"
            for each in found
            for variable in each["Config"]["Env"] or ()
            if variable.startswith("RELEASE=")
        )

    def down(self) -> None:
        """Leave nothing behind."""
        self.run(App(), "down")
        shutil.rmtree(self.folder)


def told(*words: str) -> str:
    """What Docker's own command prints."""
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True).stdout
