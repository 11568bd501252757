"""A machine of a test's own: an engine that may be restarted, in a network of its own, and a neighbour who calls."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import docker
from docker.errors import DockerException

from benchmarks.load import Plan, Running, Target, beside
from tests.engine.product.shop import HOST, Shop
from tests.waiting import wait_until

HERE, THERE, PORT = "10.77.0.1", "10.77.0.2", 8080
FETCH = """
import sys, urllib.error, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"Host": sys.argv[2]})
try:
    answer = urllib.request.urlopen(request, timeout=5)
    print(answer.status, answer.headers.get("X-Release"))
except urllib.error.HTTPError as error:
    print(error.code, "-")
except OSError as error:
    print(0, "-")
"""


@dataclass
class Machine:
    """Two network namespaces: one with the engine, one for those who call from outside."""

    folder: Path
    name: str
    live_restore: bool = False
    _daemon: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def host(self) -> str:
        """DOCKER_HOST."""
        return f"unix://{self.folder}/socket"

    @property
    def inside(self) -> list[str]:
        """What a command on this machine begins with."""
        return ["nsenter", f"--net=/run/netns/{self.name}"]

    @property
    def outside(self) -> list[str]:
        """What a command next door begins with."""
        return ["nsenter", f"--net=/run/netns/{self.name}-out"]

    def client(self) -> docker.APIClient:
        """A connection to the engine."""
        return docker.APIClient(base_url=self.host, version="auto")

    def wire(self) -> None:
        """Make the two namespaces, and the cable between them."""
        out, near, far = f"{self.name}-out", f"{self.name}a", f"{self.name}b"
        for name in (self.name, out):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", self.name, "link", "add", near, "type", "veth", "peer", "name", far, "netns", out)
        for name, end, address in ((self.name, near, HERE), (out, far, THERE)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", end)
            _ip("-n", name, "link", "set", end, "up")

    def unwire(self) -> None:
        """Remove them."""
        for name in (self.name, f"{self.name}-out"):
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "delete", name)

    def start(self) -> None:
        """Start the engine, and wait until it answers."""
        f = self.folder
        command = [
            *self.inside, "dockerd", "--data-root", f"{f}/data", "--exec-root", f"{f}/run", "--pidfile", f"{f}/pid",
            "--host", self.host, *(["--live-restore"] if self.live_restore else []),
        ]  # fmt: skip
        with (f / "log").open("ab") as log:
            self._daemon = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        wait_until(self.answers, f"the engine answers, see {f}/log", 60)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Stop the engine as an init system does, or otherwise."""
        if self._daemon:
            self._daemon.send_signal(number)
            self._daemon.wait(60)
            self._daemon = None

    def restart(self) -> None:
        """As `systemctl restart docker`."""
        self.stop()
        self.start()

    def lose_power(self) -> None:
        """All processes end at once, as `reboot` or a pulled plug ends them; nothing runs until the next start."""
        with self.client_for_a_while() as client:
            running = [client.inspect_container(c["Id"])["State"]["Pid"] for c in client.containers()]
        self.stop(signal.SIGKILL)
        for pid in (*self._keepers(), *running):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        mounts = (line.split()[1] for line in Path("/proc/mounts").read_text().splitlines())
        for mount in sorted((mount for mount in mounts if mount.startswith(f"{self.folder}/")), reverse=True):
            subprocess.run(["umount", "--lazy", mount], check=True)
        shutil.rmtree(self.folder / "run")
        (self.folder / "pid").unlink()

    def _keepers(self) -> Iterator[int]:
        """The processes between the engine and its containers."""
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (process / "cmdline").read_bytes()
                if words.startswith(b"containerd") and f"{self.folder}/".encode() in words:
                    yield int(process.name)

    def answers(self) -> bool:
        """Whether the engine answers."""
        with socket.socket(socket.AF_UNIX) as asking, suppress(OSError):
            asking.settimeout(5)
            asking.connect(f"{self.folder}/socket")
            asking.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
            return b" 200 " in asking.recv(100)
        return False

    @contextmanager
    def client_for_a_while(self) -> Iterator[docker.APIClient]:
        """A connection that is closed again."""
        client = self.client()
        try:
            yield client
        finally:
            client.close()

    def load_images(self, *tags: str) -> None:
        """Copy images from this host's own engine."""
        with subprocess.Popen(["docker", "save", *tags], stdout=subprocess.PIPE) as save:
            subprocess.run(["docker", "--host", self.host, "load", "--quiet"], stdin=save.stdout, check=True)
        assert save.returncode == 0

    def end(self) -> None:
        """Remove everything."""
        if self._daemon:
            with suppress(DockerException), self.client_for_a_while() as client:
                for container in client.containers(all=True):
                    client.remove_container(container["Id"], force=True, v=True)
        self.stop()
        self.unwire()
        shutil.rmtree(self.folder, ignore_errors=True)


class Housed(Shop):
    """A shop on such a machine."""

    machine: Machine

    @property
    def target(self) -> Target:
        return Target(f"http://{HERE}:{self.port}", host=HOST)

    def command(self, *words: str) -> list[str]:
        self.proxy["http"] = f"{HERE}:{self.port}"
        return [*self.machine.inside, *super().command(*words)]

    def surroundings(self, **environment: str) -> Mapping[str, str]:
        return super().surroundings(**{"DOCKER_HOST": self.machine.host, **environment})

    def told(self) -> tuple[int, str]:
        """What a caller from outside gets: status and release; 0 where nobody answers."""
        fetch = [*self.machine.outside, sys.executable, "-IS", "-c", FETCH, f"http://{HERE}:{self.port}/", HOST]
        status, release = subprocess.run(fetch, capture_output=True, text=True, check=True).stdout.split()
        return int(status), release

    def answered(self, path: str = "/") -> str:
        assert path == "/"
        status, release = self.told()
        return release if status == 200 else ""

    @contextmanager
    def load(self, plan: Plan) -> Iterator[Running]:
        """Load from outside beside the block."""
        asked = ["--url", self.target.url, "--host", HOST, "--plan", json.dumps(plan.to_json()), "--json"]
        with beside([*self.machine.outside, sys.executable, "-m", "benchmarks.load", *asked]) as load:
            yield load


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
