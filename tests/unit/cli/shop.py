"""The command line in front of a project in memory."""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bluegreen.cli import main
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.color import Color
from tests.documents import checked
from tests.fakes.engine import FakeEngine
from tests.fakes.notifier import FakeNotifier
from tests.fakes.project import has_images, project, workspace
from tests.fakes.proxy import FakeProxy

DOCKER = {"docker": True, "deadline": "2s", "interval": "50ms"}
WEB = {"image": "acme/server:1", "port": 3000, "health": DOCKER, "bake": {"for": "0s"}}
WORKER = {"kind": "worker", "image": "acme/server:1", "health": DOCKER, "bake": {"for": "0s"}}


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document that it printed."""
        return json.loads(self.out)


@dataclass
class Shop:
    """A server and a worker; commands run in this process, as typed."""

    folder: Path
    capture: pytest.CaptureFixture[str]
    engine: FakeEngine = field(default_factory=FakeEngine)
    proxy: FakeProxy = field(default_factory=FakeProxy)
    notifier: FakeNotifier = field(default_factory=FakeNotifier)
    opened: list[tuple[Path, str | None, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.project = project({"server": dict(WEB), "worker": dict(WORKER)})
        has_images(self.engine, "acme/server:1", "acme/server:2")
        for name in self.project.services:
            for color in Color:
                self.engine.faults.healthcheck[f"{name}-{color}"] = "healthy"

    def run(self, *words: str) -> Ran:
        """Run `bluegreen WORDS`."""
        self.capture.readouterr()
        status = main(words)
        out, err = self.capture.readouterr()
        if "--json" in words:
            checked(words, out)
        return Ran(status, out, err)

    def open(self, file: Path, environment: str | None, command: str, *, blank: bool = False) -> Workspace:
        """Stand in for the opening of a project on this machine."""
        self.opened.append((file, environment, command))
        return workspace(self.folder, self.project, self.engine, self.proxy, notifier=self.notifier, blank=blank)

    def take_the_place_of_the_machine(self, patch: pytest.MonkeyPatch) -> None:
        """Have every command open this project; neither Docker nor nginx is imported."""
        patch.setitem(sys.modules, "bluegreen.deploy.opening", SimpleNamespace(open_workspace=self.open))
