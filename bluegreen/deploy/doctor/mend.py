"""Mending: one method for each thing that the doctor may do; nothing here stops what serves."""

import time
from functools import partial

from bluegreen import files
from bluegreen.decide.doctor.facts import Facts
from bluegreen.decide.doctor.mends import (
    Close,
    Mend,
    RebuildLedger,
    RemoveContainers,
    RemoveFile,
    Restrict,
    Resume,
    ServeAgain,
    StartColor,
)
from bluegreen.decide.seen import QUIET_POLLS
from bluegreen.deploy.acts import GRACE
from bluegreen.deploy.doctor.rebuild import rebuild
from bluegreen.deploy.observer import in_flight
from bluegreen.deploy.proxying import ensure_image, ensure_network
from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.specs import app_specs
from bluegreen.deploy.together import together
from bluegreen.deploy.work import Work
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.container import Container
from bluegreen.model.deployment import Move, Outcome
from bluegreen.model.service import Kind

POLL = 0.1


class Mending:
    """Carries a plan out, for a command that holds the project's lock."""

    def __init__(self, workspace: Workspace, facts: Facts, work: Work) -> None:
        self._workspace = workspace
        self._facts = facts
        self._work = work

    def carry_out(self, mend: Mend) -> None:
        """Do one thing. Raises BluegreenError."""
        with self._work.step(str(mend)):
            self._do(mend)

    def _do(self, mend: Mend) -> None:
        match mend:
            case RebuildLedger():
                rebuild(self._workspace, self._facts)
            case Restrict():
                files.restrict(mend.path, mend.mode)
            case RemoveFile():
                files.remove(mend.path)
            case Close():
                self._close(mend.deployment)
            case Resume():
                self._work.finish_left()
            case StartColor():
                self._start(mend)
            case ServeAgain():
                self._serve()
            case RemoveContainers():
                self._remove(mend.names)

    def _close(self, deployment: str) -> None:
        (stranded,) = (each for each in self._facts.stranded if each.id == deployment)
        outcome = Outcome.STUCK if stranded.committed else Outcome.FAILED
        self._workspace.ledger.finish(deployment, outcome, f"closed by bluegreen doctor: {stranded.why}", time.time())

    def _start(self, mend: StartColor) -> None:
        workspace, service = self._workspace, mend.service
        release = self._facts.current[service].release
        release = release or workspace.ledger.releases.read(self._facts.intended[service][0])
        project, move = workspace.project, Move(None, release, mend.color)
        specs = app_specs(project.project, project.network, self._deployment_of(service), move)
        together(partial(workspace.engine.start, spec) for spec in specs)

    def _deployment_of(self, service: str) -> str:
        there = [c.deployment for c in self._facts.live(service)]
        past = self._workspace.ledger.history(100, service)
        return next(iter(there + [record.id for record in past if record.outcome == Outcome.DEPLOYED]), "")

    def _serve(self, leaving: tuple[Container, ...] = ()) -> None:
        """The text names the live colors, and nothing that is to go: no traffic moves."""
        workspace, plan = self._workspace, RoutingPlan(self._workspace)
        ensure_network(workspace)
        view = ensure_image(workspace)
        gone = {c.id for c in leaving}
        staying = tuple(c for c in workspace.apps() if c.id not in gone)
        workspace.proxy.up(plan.routing(view, staying), plan.aliases())

    def _remove(self, names: tuple[str, ...]) -> None:
        leaving = tuple(c for c in self._workspace.engine.containers() if c.name in names)
        self._drain(tuple(c for c in leaving if c.running and c.address))
        together(partial(self._end, container) for container in leaving)

    def _drain(self, leaving: tuple[Container, ...]) -> None:
        """Take them out of nginx's text, then wait until nothing is in flight to them."""
        services = self._workspace.project.of_kind(Kind.WEB)
        waits = [service.drain_timeout for service in services if service.name in {c.service for c in leaving}]
        if not waits:
            return
        self._serve(leaving)
        deadline, quiet = time.monotonic() + max(waits), 0
        addresses = tuple(c.address for c in leaving if c.address)
        while quiet < QUIET_POLLS and time.monotonic() < deadline:
            quiet = 0 if in_flight(self._workspace.proxy.flows(addresses)) else quiet + 1
            time.sleep(POLL)

    def _end(self, container: Container) -> None:
        release = self._workspace.release_of((container,))
        grace = release.service.stop_grace_period if release else GRACE
        self._workspace.engine.stop(container.name, grace)
        self._workspace.engine.remove(container.name)
