"""What must hold: while nobody runs anything, and after the next command."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from bluegreen.ledger.lock import holder
from bluegreen.model.container import Role
from bluegreen.model.routing import PREVIEW_HEADER
from tests.fakes.nginx import FakeNginx
from tests.matrix.scenarios import Scenario
from tests.matrix.site import Site


@contextmanager
def noted(*circumstances: object) -> Iterator[None]:
    """Have a failure within the block say when it came about."""
    try:
        yield
    except AssertionError as error:
        error.add_note("; ".join(map(str, circumstances)))
        raise


def serves(site: Site, scenario: Scenario) -> None:
    """Every request is answered by a healthy container, now and after nginx itself has started again.

    What was down before the command may be still.
    """
    if scenario.down:
        return
    webs = [name for name, service in scenario.services.items() if "port" in service]
    again = FakeNginx(site.engine, site.nginx.folder)
    if scenario.old and webs:
        again.boot(1)
    for name in webs if scenario.old else ():
        for nginx in (site.nginx, again):
            names = [server.partition(":")[0] for server in nginx.serving(name)]
            first = site.engine.processes.get(names[0]) if names else None
            assert first, f"{name} has nobody to answer: {names}"
            assert first.container.running, f"{names[0]} does not run, and answers for {name}"
            assert first.vitals.health == "healthy"
    if scenario.services.get("worker", {}).get("strategy") == "overlap":
        assert any(p.container.service == "worker" and p.container.running for p in site.engine.processes.values())


def serving(site: Site, scenario: Scenario) -> str:
    """The image of the first service's live color, "" where there is none."""
    name = next(name for name in scenario.services if name not in site.databases)
    live = site.nginx.live(name)
    found = {
        process.container.color: site.image_of(container)
        for container, process in site.engine.processes.items()
        if process.container.service == name and process.container.role is Role.APP
    }
    return found.get(live, "") if "port" in scenario.services[name] else next(iter(found.values()), "")


def sound(site: Site, scenario: Scenario, *images: str) -> str:
    """One color of each service, all of one of these images, and nothing else anywhere; return the image."""
    there = [process.container for process in site.engine.processes.values() if process.container.ours]
    apps = [container for container in there if container.role is Role.APP]
    found = {site.image_of(container.name) for container in apps} or {""}
    assert len(found) == 1, f"two releases: {found}"
    assert found <= set(images), f"{found}, and not one of {images}"
    if found != {""}:
        wanted = sorted(scenario.services.keys() - site.databases)
        assert sorted(app.service for app in apps) == wanted, [app.name for app in apps]
    assert all(container.running for container in there)
    assert {c.name for c in there} - {app.name for app in apps} <= {"shop-proxy"}
    _names_only_what_serves(site)
    _ledger_agrees(site)
    _nothing_is_left(site)
    return found.pop()


def _names_only_what_serves(site: Site) -> None:
    text = site.nginx.store.text(site.nginx.generation) or ""
    assert PREVIEW_HEADER.lower().replace("-", "_") not in text
    for service, slots in site.nginx.slots.items():
        named = {server for slot in slots.values() for server in slot.servers + slot.backup}
        assert named <= {f"{service}-{site.nginx.live(service)}:3000"}, named


def _ledger_agrees(site: Site) -> None:
    with closing(sqlite3.connect(site.state / "ledger.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with site.ledger() as ledger:
        assert ledger.unfinished() is None
        assert not site.nginx.workers or ledger.sealed(site.nginx.generation), "what serves has no seal"
        for process in site.engine.processes.values():
            container = process.container
            if container.ours and container.role is Role.APP:
                assert ledger.last_moved(container.service) == (container.release, container.color)
                assert ledger.releases.find(container.release)


def _nothing_is_left(site: Site) -> None:
    assert not holder(site.state / "lock"), "the lock is held"
    strays = [str(path.relative_to(site.state)) for path in site.state.rglob(".*")]
    assert not strays, f"temporary files: {strays}"
    assert len(list((site.state / "nginx/generations").glob("*"))) <= 7
