"""A project with everything a command needs to work on it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bluegreen import files
from bluegreen.deploy.reporter import Event, Phase, Reporter
from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.lock import locked
from bluegreen.ledger.records import Author
from bluegreen.model.container import Container, Role
from bluegreen.model.errors import BluegreenError, LedgerError
from bluegreen.model.ports import Engine, HookRunner, Images, Machine, Notifier, Proxy
from bluegreen.model.project import Project
from bluegreen.model.release import Release


@dataclass(slots=True)
class Ending:
    """How a command ended that raised nothing, for the audit."""

    event: str = "done"


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
    hooks: HookRunner
    ledger: Ledger
    author: Author
    notifier: Notifier

    def at(self, commit: str) -> "Workspace":
        """Return the same workspace for someone who works on this commit, if one is named."""
        return replace(self, author=replace(self.author, commit=commit)) if commit else self

    @contextmanager
    def locked(self, wait: float = 0.0, reporter: Reporter | None = None) -> Iterator[Ending]:
        """Hold the project's lock, and have the command in the audit. Raises LockHeld after `wait` seconds."""

        def waiting(holder: str) -> None:
            if reporter:
                reporter.tell(Event(time.time(), Phase.NOTE, "lock", detail=f"waiting for {holder}"))

        with locked(self.state / "lock", self.author, wait, waiting), self._audited() as ending:
            files.sweep(self.state)
            yield ending

    @contextmanager
    def _audited(self) -> Iterator[Ending]:
        self.ledger.audit(self.author, "begun", time.time())
        event, ending = "interrupted", Ending()
        try:
            yield ending
            event = ending.event
        except BluegreenError as error:
            event = f"{type(error).__name__}: {error.message}"
            raise
        finally:
            # what was done is done: the command's end is no less true for a line that can't be written
            with suppress(LedgerError):
                self.ledger.audit(self.author, event, time.time())

    def apps(self) -> tuple[Container, ...]:
        """List the containers of services, without the proxy and one-off containers."""
        return tuple(c for c in self.engine.containers() if c.role is Role.APP)

    def release_of(self, containers: tuple[Container, ...]) -> Release | None:
        """Return the release that these containers of one color run, if its file is there."""
        return self.ledger.releases.find(containers[0].release) if containers else None
