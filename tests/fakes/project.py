"""A whole project in memory: real decisions, real loop, real ledger; engine and nginx are the fakes."""

import time
from pathlib import Path

from bluegreen.deploy.reporter import Event
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.records import Author
from bluegreen.model.project import Project
from bluegreen.model.release import Image
from tests.fakes.engine import FakeEngine
from tests.fakes.hooks import FakeHooks
from tests.fakes.notifier import FakeNotifier
from tests.fakes.proxy import FakeProxy


class Events:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.all: list[Event] = []

    def tell(self, event: Event) -> None:
        self.all.append(event)

    def steps(self) -> list[str]:
        """The steps that ended well, in order."""
        return [f"{event.step} {event.service}".strip() for event in self.all if event.phase == "done"]


def project(services: dict[str, dict[str, object]], **more: object) -> Project:
    """Validate services, and `more` of a project, as services.yaml would have them."""
    named = {name: {"name": name, **service} for name, service in services.items()}
    return Project.model_validate({"project": "shop", "network": "shop-network", "services": named} | more)


def workspace(  # noqa: PLR0913 - everything that a project has
    folder: Path,
    wanted: Project,
    engine: FakeEngine,
    proxy: FakeProxy,
    hooks: FakeHooks | None = None,
    *,
    blank: bool = False,
    notifier: FakeNotifier | None = None,
) -> Workspace:
    """Open a project with the fakes; opened again, it finds the same ledger."""
    ledger = Ledger.blank(folder) if blank else Ledger(folder)
    author = Author("test@here", "terminal", f"bluegreen test {time.time()}")
    told = notifier or FakeNotifier()
    return Workspace(wanted, folder, folder, engine, engine, engine, proxy, hooks or FakeHooks(), ledger, author, told)


def has_images(engine: FakeEngine, *refs: str) -> None:
    """Put images into the engine that no registry has."""
    for ref in refs:
        engine.has(Image(ref, f"sha256:{ref.encode().hex():0<64}"))
