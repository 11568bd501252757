"""A project with everything a command needs to work on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.lock import locked
from bluegreen.ledger.records import Author
from bluegreen.model.container import Container, Role
from bluegreen.model.ports import Engine, Images, Machine, Proxy
from bluegreen.model.release import Release
from bluegreen.model.service import Project


@dataclass(frozen=True, slots=True)
class Workspace:
    """One project: its configuration, its state, and the adapters to what runs."""

    project: Project
    folder: Path
    """Where services.yaml lies; relative paths start there."""
    state: Path
    engine: Engine
    images: Images
    machine: Machine
    proxy: Proxy
    ledger: Ledger
    author: Author

    @contextmanager
    def locked(self, wait: float = 0.0) -> Iterator[None]:
        """Hold the project's lock; raises LockHeld after `wait` seconds."""
        with locked(self.state / "lock", self.author, wait):
            yield

    def apps(self) -> tuple[Container, ...]:
        """List the containers of services, without the proxy and one-off containers."""
        return tuple(c for c in self.engine.containers() if c.role is Role.APP)

    def release_of(self, containers: tuple[Container, ...]) -> Release | None:
        """Return the release that these containers of one color run, if its file is there."""
        return self.ledger.releases.find(containers[0].release) if containers else None
