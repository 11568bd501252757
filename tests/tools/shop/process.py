"""The shop as a real process."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

SHOP = Path(__file__).parents[3] / "examples/shop"


class Answer(NamedTuple):
    """What the shop said; `json` is None where it said something else."""

    status: int
    headers: Mapping[str, str]
    json: Any


class Process:
    """One role at work."""

    def __init__(self, popen: "subprocess.Popen[str]") -> None:
        self.popen = popen
        self.port = 0

    def line(self) -> str:
        """The next line of its output; "" once it has ended."""
        assert self.popen.stdout
        return self.popen.stdout.readline().strip()

    def listens(self) -> "Process":
        """Wait until it says so."""
        self.port = int(self.line().rpartition(" ")[2])
        return self

    def connect(self) -> http.client.HTTPConnection:
        """A connection of our own."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Make one request."""
        connection = self.connect()
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            return read(connection)
        finally:
            connection.close()

    def terminate(self) -> int:
        """SIGTERM; its exit status."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(5)

    def handles(self, number: signal.Signals) -> bool:
        """Whether it has a handler for a signal by now."""
        status = Path(f"/proc/{self.popen.pid}/status").read_text()
        caught = int(status.partition("SigCgt:")[2].split()[0], 16)
        return bool(caught >> (number - 1) & 1)

    @property
    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        fields = Path(f"/proc/{self.popen.pid}/stat").read_text().split()
        return sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")


def read(connection: http.client.HTTPConnection) -> Answer:
    """The answer to the request made last."""
    response = connection.getresponse()
    body = response.read()
    is_json = response.headers["Content-Type"] == "application/json"
    return Answer(response.status, dict(response.headers), json.loads(body) if is_json else None)


@contextmanager
def process(role: str, **knobs: object) -> Iterator[Process]:
    """Start a role, with knobs as the environment has them but in small letters; end it with the block."""
    environment = {name.upper(): str(value) for name, value in {"release": "v1", "port": 0, **knobs}.items()}
    command = [sys.executable, "-m", "app", role]
    with subprocess.Popen(command, cwd=SHOP, env=environment, stdout=subprocess.PIPE, text=True) as popen:
        try:
            yield Process(popen)
        finally:
            popen.kill()


@contextmanager
def server(**knobs: object) -> Iterator[Process]:
    """A server that listens."""
    with process("server", **knobs) as started:
        yield started.listens()
