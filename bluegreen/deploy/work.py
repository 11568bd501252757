"""What deploy, rollback and abort share: everything around the loop, under the lock."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Thread

from bluegreen.decide.actions import Finish
from bluegreen.decide.plan import Plan
from bluegreen.deploy.callers import check_callers
from bluegreen.deploy.candidates import pull
from bluegreen.deploy.notices import begun
from bluegreen.deploy.preflight import check_connections, preflight
from bluegreen.deploy.proxying import ensure_proxy, refuse_edited
from bluegreen.deploy.report import Report, rows
from bluegreen.deploy.reporter import Event, Phase, Reporter
from bluegreen.deploy.retention import make_room
from bluegreen.deploy.room import check_room
from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.runner import Runner
from bluegreen.deploy.signals import Interruption, interruptible
from bluegreen.deploy.stand_in import follow
from bluegreen.deploy.workspace import Workspace
from bluegreen.health.database import Server
from bluegreen.model import ulid
from bluegreen.model.deployment import Deployment, Move, Outcome, Verb
from bluegreen.model.errors import AdapterError, BluegreenError, Interrupted, NeedsHuman
from bluegreen.model.service import Kind, Service
from bluegreen.timing import part


class Work:
    """One command's work on a project whose lock it holds."""

    def __init__(self, workspace: Workspace, reporter: Reporter) -> None:
        self._workspace = workspace
        self._reporter = reporter
        self._begun = time.time()
        self._interruption = Interruption()
        self._databases: Mapping[str, Server] = {}
        self.notes: list[str] = []
        # what takes the engine longest is asked for beside the first steps
        Thread(target=_ask_ahead, args=(workspace,), daemon=True).start()

    @contextmanager
    def step(self, step: str) -> Iterator[None]:
        """Tell of a step that belongs to no deployment yet."""
        begun = time.time()
        self._reporter.tell(Event(begun, Phase.STARTED, step))
        try:
            with part(step):
                yield
        except BluegreenError as error:
            self._reporter.tell(Event(time.time(), Phase.FAILED, step, "", error.message, time.time() - begun))
            raise
        self._reporter.tell(Event(time.time(), Phase.DONE, step, "", "", time.time() - begun))

    def recover(self) -> None:
        """Finish or undo what an earlier run left. Raises ConfigError where a person edited nginx's configuration."""
        if self._workspace.ledger.unfinished():
            refuse_edited(self._workspace)
        self.finish_left()
        self.notes += follow(self._workspace)

    def finish_left(self) -> None:
        """Finish or undo what an earlier run left, whatever nginx's configuration says."""
        left = self._workspace.ledger.unfinished()
        if left is None:
            return
        with interruptible(self._interruption):
            finish, _ = self.resume(left)
        what = {Outcome.DEPLOYED: "finished", Outcome.HELD: "held"}.get(finish.outcome, "undone")
        self.notes.append(f"deployment {left.id}, which an earlier command left, is {what}")
        self.heed(self.notes[-1])
        if finish.outcome is Outcome.STUCK:
            raise NeedsHuman(finish.reason)

    def heed(self, done: str) -> None:
        """Begin nothing else once a signal came; `done` says what is. Raises Interrupted."""
        if self._interruption.request:
            raise Interrupted(f"interrupted; {done}, and nothing else was begun")

    def resume(self, left: Deployment) -> tuple[Finish, list[str]]:
        """Go on with a deployment where an earlier run left it; nginx may have gone since."""
        if left.of_kind(Kind.WEB):
            ensure_proxy(self._workspace)
        return self.run(left)

    def preflight(self, services: Sequence[Service] | None = None) -> None:
        """Verify what can be known to be wrong before anything is touched."""
        with self.step("preflight"):
            self._databases = preflight(self._workspace, services)
        self.notes += [f"{name}: {server}" for name, server in self._databases.items()]

    def carry_out(self, verb: Verb, planned: Plan, bake: float | None, *, tight: bool, hold: bool = False) -> Report:
        """Do what is planned, from its record in the ledger to its report; `tight`: though memory may not suffice."""
        workspace = self._workspace
        self.notes += [
            f"deployment {each.id} is still held: bluegreen promote, or abort" for each in workspace.ledger.held()
        ]
        check_connections(workspace, self._databases, planned.moves)
        self.notes += check_callers(workspace, planned.moves, tight=tight)
        if planned.moves:
            with self.step("make room"):
                self.notes += make_room(workspace, planned.moves)
                self.notes += check_room(workspace, planned.moves, tight=tight)
        if workspace.project.of_kind(Kind.WEB):
            with self.step("proxy"):
                self._serve(reload=not planned.moves)
        if not planned.moves:
            return Report(str(verb), rows(planned, ""), notes=tuple(self.notes), seconds=time.time() - self._begun)
        with self.step("pull"):
            pull(workspace, [move.new for move in planned.moves], self._note_pull)
        deployment = Deployment(
            id=ulid.new(time.time()),
            verb=verb,
            moves=planned.moves,
            bake=_bake(planned.moves, bake),
            hold=hold,
            preview=secrets.token_hex(16) if hold else "",
        )
        with interruptible(self._interruption):
            workspace.ledger.open(deployment, planned.why, workspace.author, time.time())
            begun(workspace, deployment, planned)
            finish, evidence = self.run(deployment)
            return self.report(deployment, planned, finish, evidence)

    def run(self, deployment: Deployment) -> tuple[Finish, list[str]]:
        """Bring a deployment to its end; return how it ended, and the evidence of a failure."""
        with interruptible(self._interruption):
            runner = Runner(self._workspace, deployment, self._reporter, self._interruption)
            return runner.run(), runner.evidence

    def report(
        self, deployment: Deployment, planned: Plan, finish: Finish, evidence: list[str], verb: str = ""
    ) -> Report:
        """Say what a deployment did."""
        return Report(
            verb=verb or str(deployment.verb),
            services=rows(planned, str(finish.outcome)),
            outcome=finish.outcome,
            deployment=deployment.id,
            reason=finish.reason,
            evidence=tuple(evidence),
            notes=tuple(self.notes),
            steps=self._workspace.ledger.steps(deployment.id),
            seconds=time.time() - self._begun,
        )

    def _serve(self, *, reload: bool) -> None:
        """Have the proxy answer; with nothing else to do, also bring its configuration up to date."""
        workspace = self._workspace
        view, lacks = ensure_proxy(workspace)
        self.notes += [lacks] if lacks else []
        if reload:
            workspace.proxy.prepare(RoutingPlan(workspace).routing(view, workspace.apps()))

    def _note_pull(self, service: str, line: str) -> None:
        self._reporter.tell(Event(time.time(), Phase.NOTE, "pull", service, line))


def _ask_ahead(workspace: Workspace) -> None:
    with suppress(AdapterError):
        workspace.machine.host()


def _bake(moves: tuple[Move, ...], asked: float | None) -> float:
    """How long to watch: not at all where there is nothing to go back to."""
    if asked is not None:
        return asked
    return max((move.new.service.bake.duration for move in moves if move.old), default=0.0)
