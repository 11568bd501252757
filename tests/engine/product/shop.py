"""A project of a test's own: the shop application under real bluegreen commands."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import httpx
import yaml

from benchmarks.load import Target
from tests.documents import checked

ROOT = Path(__file__).parents[3]
HOST = "shop.test"
HEALTH = {"http": {"path": "/health", "expect_body": "ok"}, "deadline": "10s", "interval": "100ms"}
ENDS_WITHIN = 60.0


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


class Started:
    """A command that runs beside the test."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self._process.poll() is not None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def ended(self, expect: int | None = 0) -> Ran:
        """Wait for its end; its status must be this, if any is said."""
        out, err = self._process.communicate(timeout=ENDS_WITHIN)
        ran = Ran(self._process.returncode, out, err)
        assert expect is None or ran.status == expect, str(ran)
        return ran


@dataclass
class Shop:
    """Writes services.yaml, runs commands on it, looks at what the engine has."""

    engine: docker.APIClient
    project: str
    folder: Path
    port: int
    services: dict[str, dict[str, Any]] = field(default_factory=dict)
    proxy: dict[str, Any] = field(default_factory=dict)
    hooks: dict[str, Any] = field(default_factory=dict)
    notify: list[dict[str, Any]] = field(default_factory=list)
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    keep_releases: int = 3

    @property
    def target(self) -> Target:
        """Where load goes."""
        return Target(f"http://127.0.0.1:{self.port}", host=HOST)

    @property
    def file(self) -> Path:
        """The services.yaml."""
        return self.folder / "services.yaml"

    @property
    def state(self) -> Path:
        """The state directory."""
        return self.folder / "state"

    def named(self, service: str) -> str:
        """A service's canonical name: container names are the whole engine's."""
        return f"{self.project}-{service}"

    def web(self, service: str = "server", *, path: str = "/", **more: Any) -> None:
        """Add a web service of the shop's image, or change the one that is there."""
        base: dict[str, Any] = {
            "image": "bluegreen-shop:v1",
            "port": 3000,
            "routes": [{"host": HOST, "path": path, "strip": path != "/"}],
            "health": HEALTH,
            "bake": {"for": "0s"},
            "drain_timeout": "2s",
        }
        self._put(service, base, more)

    def worker(self, service: str = "worker", **more: Any) -> None:
        """Add a worker of the shop's image, or change the one that is there."""
        health = {"command": ["python3", "-IS", "app/healthcheck.py"], "deadline": "10s", "interval": "100ms"}
        base = {
            "kind": "worker", "image": "bluegreen-shop:v1", "command": ["worker"], "health": health,
            "bake": {"for": "0s"},
        }  # fmt: skip
        self._put(service, base, more)

    def environment(self, service: str, **variables: Any) -> None:
        """Set variables of a service."""
        self.services[self.named(service)].setdefault("environment", {}).update(variables)

    @contextmanager
    def changed(self) -> Iterator[None]:
        """What the block changes in services.yaml is as before afterwards."""
        before = deepcopy((self.services, self.proxy, self.hooks))
        try:
            yield
        finally:
            self.services, self.proxy, self.hooks = before

    def run(self, *words: str, expect: int | None = 0, **environment: str) -> Ran:
        """Run a command; its status must be this, if any is said."""
        done = subprocess.run(
            self.command(*words), env=self.surroundings(**environment), capture_output=True, text=True, check=False
        )
        ran = Ran(done.returncode, done.stdout, done.stderr)
        assert expect is None or ran.status == expect, str(ran)
        if "--json" in words and ran.out:
            checked(words, ran.out)
        return ran

    def deploy(self, *words: str, expect: int = 0, **environment: str) -> Any:
        """Deploy; the result is the report."""
        return self.run("deploy", "--json", *words, expect=expect, **environment).json

    def status(self) -> Any:
        """What `status` tells programs."""
        return self.run("status", "--json").json

    def dies(self, when: str, where: str, *words: str) -> None:
        """Run a command that is killed right before or after its first call of a function."""
        program = [sys.executable, "-m", "tests.engine.product.dying", when, where, *self.command(*words)[3:]]
        done = subprocess.run(program, env=self.surroundings(), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, f"it was not killed {when} {where}: {done.stdout}\n{done.stderr}"

    def faulty(self, fault: str, *words: str) -> Ran:
        """Run a command in which something goes wrong at one of its side effects; `effects` then names them."""
        program = [sys.executable, "-m", "tests.faults.run", str(self.folder / "effects"), fault]
        program += self.command(*words)[3:]
        done = subprocess.run(
            program, env=self.surroundings(), cwd=ROOT, capture_output=True, text=True, check=False, timeout=ENDS_WITHIN
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def effects(self) -> list[str]:
        """What the last command of that kind did: part, verb and name."""
        return (self.folder / "effects").read_text().splitlines()

    @contextmanager
    def started(self, *words: str) -> Iterator[Started]:
        """Start a command and go on; what still runs when the block ends is killed."""
        with subprocess.Popen(
            self.command(*words), env=self.surroundings(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield Started(process)
            finally:
                process.kill()

    def command(self, *words: str) -> list[str]:
        """The command line."""
        self._write()
        return [sys.executable, "-m", "bluegreen", *words]

    def surroundings(self, **environment: str) -> Mapping[str, str]:
        """The environment of commands."""
        ours = {"BLUEGREEN_FILE": str(self.file), "BLUEGREEN_STATE": str(self.state), "NO_COLOR": "1"}
        return {**os.environ, **ours, **environment}

    @property
    def nginx(self) -> str:
        """The configuration that nginx has read."""
        return (self.state / "nginx/current/nginx.conf").read_text()

    def get(self, path: str = "/", host: str = HOST) -> httpx.Response:
        """Ask the proxy, as anybody outside would."""
        return httpx.get(f"{self.target.url}{path}", headers={"Host": host}, timeout=10)

    def answered(self, path: str = "/") -> str:
        """The release that answers a request now."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.headers["X-Release"]

    def containers(self, *, running: bool = False) -> list[str]:
        """Names of the project's containers, without the prefix and the proxy."""
        mine = self.engine.containers(all=not running, filters={"label": f"bluegreen.project={self.project}"})
        names = (container["Names"][0].removeprefix(f"/{self.project}-") for container in mine)
        return sorted(name for name in names if name != "proxy")

    def inspect(self, name: str) -> Any:
        """What the engine says of a container, named without the prefix."""
        return self.engine.inspect_container(self.named(name))

    def variables(self, name: str) -> Mapping[str, str]:
        """The environment that a container has."""
        return dict(each.split("=", 1) for each in self.inspect(name)["Config"]["Env"])

    def _put(self, service: str, base: Mapping[str, Any], more: Mapping[str, Any]) -> None:
        known = self.services.get(self.named(service), base)
        self.services[self.named(service)] = {**known, **more}

    def _write(self) -> None:
        content = {
            "project": self.project,
            "network": self.project,
            "keep_releases": self.keep_releases,
            "proxy": {"http": f"127.0.0.1:{self.port}", "workers": 2, **self.proxy},
            "hooks": self.hooks,
            "notify": self.notify,
            "services": self.services,
            **({"environments": self.environments} if self.environments else {}),
        }
        self.file.write_text(yaml.safe_dump(content, sort_keys=False))
