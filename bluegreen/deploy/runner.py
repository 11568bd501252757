"""The loop: observe, decide, record, act, until the deployment is over."""

import time
from contextlib import suppress

from bluegreen.decide.actions import Abandon, Action, Finish, Leave, Retire, Wait
from bluegreen.decide.before import INTERRUPTED
from bluegreen.decide.next_step import committed, decide
from bluegreen.decide.seen import Seen
from bluegreen.deploy.acts import Acts, Doable
from bluegreen.deploy.hooks import shown
from bluegreen.deploy.journal import Journal
from bluegreen.deploy.observer import Observer
from bluegreen.deploy.release_command import end_release_commands
from bluegreen.deploy.reporter import Reporter
from bluegreen.deploy.signals import Interruption
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.deployment import Deployment, Direction, Outcome
from bluegreen.model.errors import (
    AdapterError,
    BluegreenError,
    DeploymentFailed,
    EngineError,
    EngineGone,
    Interrupted,
    NeedsHuman,
)
from bluegreen.model.service import Kind
from bluegreen.timing import part

HINT = "`bluegreen status` says what serves; the next `bluegreen deploy` finishes or undoes the rest"
PATIENCE = 90.0
"""Seconds that an engine may be gone: one that stops its containers first takes long to restart."""
ENGINE_POLL = 0.5


class Runner:
    """Brings one deployment to its end; given one that an earlier run left, it finishes or undoes that."""

    def __init__(
        self, workspace: Workspace, deployment: Deployment, reporter: Reporter, interruption: Interruption
    ) -> None:
        self._workspace = workspace
        self._deployment = deployment
        self._journal = Journal(workspace.ledger, deployment.id, reporter)
        self._observer = Observer(workspace, interruption)
        self._acts = Acts(workspace, deployment, self._observer, self._journal)
        self.evidence: list[str] = []
        """Why it turned back, in lines: last answers of probes, log lines, output."""

    def run(self) -> Finish:
        """Run to the end. Raises NeedsHuman when it can't go on, Interrupted after a signal to this process."""
        try:
            finish = self._loop()
        finally:
            self._observer.watch.close()
        if self._observer.interruption.request and finish.outcome is Outcome.FAILED and finish.reason == INTERRUPTED:
            raise Interrupted("interrupted before the cutover; the old release serves")
        return finish

    def _loop(self) -> Finish:
        finish = None
        while finish is None:
            try:
                finish = self._turn()
            except EngineGone as error:
                self._await_engine(error)
            except (AdapterError, DeploymentFailed) as error:
                self._failed(error)
        return finish

    def _turn(self) -> Finish | None:
        self._deployment = self._workspace.ledger.refresh(self._deployment)
        with part("observe"):
            seen = self._observer.look(self._deployment)
        for (service, _), verdict in seen.verdicts.items():
            self._journal.health(service, verdict)
        actions = decide(seen, self._deployment)
        match actions[0]:
            case Wait() as wait:
                self._wait(wait)
            case Leave():
                raise Interrupted(f"interrupted after the cutover; {_serving(self._deployment)}", HINT)
            case Finish() as finish:
                return self._finish(finish, seen)
            case _:
                self._journal.waited(detail=_cut_short(actions[0], seen))
                self._perform(actions, seen)  # type: ignore[arg-type]
        return None

    def _wait(self, wait: Wait) -> None:
        if wait.step != "health":
            self._journal.wait(wait.step, wait.detail)
        self._observer.interruption.wait(wait.seconds)

    def _finish(self, finish: Finish, seen: Seen) -> Finish:
        self._journal.waited()
        if finish.outcome is Outcome.HELD:
            self._workspace.ledger.hold(self._deployment.id, time.time())
            return finish
        if finish.outcome is Outcome.STUCK:
            self._gather(seen)
        if finish.outcome is Outcome.FAILED:
            end_release_commands(self._workspace, self._deployment.moves, self._journal, self._observer.interruption)
        self._workspace.ledger.finish(self._deployment.id, finish.outcome, finish.reason, time.time())
        return finish

    def _perform(self, actions: tuple[Doable, ...], seen: Seen) -> None:
        if isinstance(actions[0], Abandon):
            self._gather(seen)
        with suppress(Interrupted):  # the next decision knows
            self._acts.perform(actions)

    def _await_engine(self, error: EngineGone) -> None:
        """Have an engine that is being restarted come back; the next look sees what that has changed."""
        self._journal.note("engine", error.message)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self._observer.interruption.wait(ENGINE_POLL)
            if self._observer.interruption.request:
                raise Interrupted("interrupted while the Docker engine is gone", HINT) from error
            with suppress(EngineError):  # one that starts may refuse, or be silent, before it answers
                self._workspace.apps()
                return
        raise NeedsHuman(f"{error.message}; it did not come back within {PATIENCE:g} s", error.hint) from error

    def _failed(self, error: BluegreenError) -> None:
        """Before the cutover turn back; after it touch nothing more, a person chooses."""
        try:
            self._deployment = self._workspace.ledger.refresh(self._deployment)
            seen = self._observer.look(self._deployment)
        except AdapterError as unknown:
            raise NeedsHuman(f"{error.message}; and what serves can't be told: {unknown.message}") from error
        if self._deployment.direction is Direction.BACK or committed(seen, self._deployment):
            raise NeedsHuman(f"{_stopped(seen, self._deployment)}: {error.message}") from error
        self.evidence += error.hint.splitlines()
        self._workspace.ledger.turn(self._deployment.id, error.message, time.time())

    def _gather(self, seen: Seen) -> None:
        self.evidence += shown(self._workspace.ledger.hooks(self._deployment.id))
        for (service, color), verdict in seen.verdicts.items():
            if verdict.failed:
                self.evidence += [f"{service}-{color}: {a.probe}: {a.text}" for a in verdict.answers]
                self.evidence += [f"{service}-{color} | {line}" for line in verdict.log]


def _stopped(seen: Seen, deployment: Deployment) -> str:
    """Say what failed after the cutover; nothing moves the traffic a second time by itself."""
    if deployment.direction is Direction.FORWARD:
        return "the new release serves; finishing failed"
    if deployment.committed_at and any(seen.live.get(m.service) is m.color for m in deployment.of_kind(Kind.WEB)):
        return f"the new release still serves ({deployment.reason}); going back failed"
    return f"the old release serves ({deployment.reason}); removing the new one failed"


def _serving(deployment: Deployment) -> str:
    back = deployment.direction is Direction.BACK
    return "the old release serves again" if back else "the new release serves"


def _cut_short(action: Action, seen: Seen) -> str:
    """Say what was still in flight when the time to drain was over."""
    return f"over with {seen.flowing} left" if seen.flowing and isinstance(action, Retire) else ""
