"""A project of a test's own: the shop application under real bluegreen commands."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import yaml

from benchmarks.load import Target

HOST = "shop.test"
HEALTH = {"http": {"path": "/health", "expect_body": "ok"}, "deadline": "10s", "interval": "100ms"}


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for programs."""
        return json.loads(self.out)

    def __str__(self) -> str:
        return f"status {self.status}\n{self.out}\n{self.err}"


@dataclass
class Shop:
    """Writes services.yaml, runs commands on it, looks at what the engine has."""

    engine: docker.APIClient
    project: str
    folder: Path
    port: int
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    proxy: dict[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """Where load goes."""
        return Target(f"http://127.0.0.1:{self.port}", host=HOST)

    def named(self, service: str) -> str:
        """A service's canonical name: container names are the whole engine's."""
        return f"{self.project}-{service}"

    def web(self, service: str = "server", *, path: str = "/", **more: Any) -> None:
        """Add a web service of the shop's image, or change the one that is there."""
        base: dict[str, Any] = {
            "image": "bluegreen-shop:v1",
            "port": 3000,
            "routes": [{"host": HOST, "path": path}],
            "health": HEALTH,
            "bake": {"for": "0s"},
            "drain_timeout": "20s",
        }
        self._put(service, base, more)

    def worker(self, service: str = "worker", **more: Any) -> None:
        """Add a worker of the shop's image, or change the one that is there."""
        health = {"command": ["python3", "-IS", "app/healthcheck.py"], "deadline": "10s", "interval": "100ms"}
        base = {"kind": "worker", "image": "bluegreen-shop:v1", "command": ["worker"], "health": health}
        self._put(service, base, more)

    def environment(self, service: str, **variables: Any) -> None:
        """Set variables of a service."""
        self.services[self.named(service)].setdefault("environment", {}).update(variables)

    def run(self, *words: str, expect: int | None = 0, **environment: str) -> Ran:
        """Run a command; unless `expect` is None, its status must be that."""
        done = subprocess.run(
            self.command(*words), env=self.surroundings(**environment), capture_output=True, text=True, check=False
        )
        ran = Ran(done.returncode, done.stdout, done.stderr)
        assert expect is None or ran.status == expect, str(ran)
        return ran

    def deploy(self, *words: str, expect: int | None = 0) -> Ran:
        """Deploy; the result is JSON."""
        return self.run("deploy", "--json", *words, expect=expect)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command and go on."""
        return subprocess.Popen(
            self.command(*words), env=self.surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def command(self, *words: str) -> list[str]:
        """The command line."""
        self._write()
        return [sys.executable, "-m", "bluegreen", words[0], "-f", str(self.file), *words[1:]]

    def surroundings(self, **environment: str) -> Mapping[str, str]:
        """The environment of commands."""
        return {**os.environ, "BLUEGREEN_STATE": str(self.state), "NO_COLOR": "1", **environment}

    @property
    def file(self) -> Path:
        """The services.yaml."""
        return self.folder / "services.yaml"

    @property
    def state(self) -> Path:
        """The state directory."""
        return self.folder / "state"

    def containers(self, *, running: bool = False) -> list[str]:
        """Names of the project's containers, without the prefix and the proxy."""
        mine = self.engine.containers(all=not running, filters={"label": f"bluegreen.project={self.project}"})
        names = (container["Names"][0].removeprefix(f"/{self.project}-") for container in mine)
        return sorted(name for name in names if name != "proxy")

    def _put(self, service: str, base: Mapping[str, Any], more: Mapping[str, Any]) -> None:
        known = self.services.get(self.named(service), base)
        self.services[self.named(service)] = {**known, **more}

    def _write(self) -> None:
        content = {
            "project": self.project,
            "network": self.project,
            "proxy": {"http": f"127.0.0.1:{self.port}", "workers": 2, **self.proxy},
            "services": self.services,
        }
        self.file.write_text(yaml.safe_dump(content, sort_keys=False))
