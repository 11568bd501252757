"""Act: one method for each thing that the decision can ask for."""

import time
from functools import partial

from bluegreen.decide.actions import (
    Abandon,
    Commit,
    Cutover,
    Prepare,
    Retire,
    RunHook,
    RunReleaseCommand,
    Start,
    Stop,
)
from bluegreen.deploy.hooks import run_hook
from bluegreen.deploy.journal import Journal
from bluegreen.deploy.observer import Observer
from bluegreen.deploy.release_command import run_release_command
from bluegreen.deploy.routing import RoutingPlan
from bluegreen.deploy.specs import app_specs
from bluegreen.deploy.together import together
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.rebuilt import KILLED
from bluegreen.model.deployment import Deployment
from bluegreen.model.errors import NeedsHuman
from bluegreen.model.units import show_seconds

Doable = RunReleaseCommand | RunHook | Start | Prepare | Cutover | Commit | Stop | Retire | Abandon
GRACE = 10.0
KILL_STATUS = 137


class Acts:
    """Does what was decided for one deployment."""

    def __init__(self, workspace: Workspace, deployment: Deployment, observer: Observer, journal: Journal) -> None:
        self._workspace = workspace
        self._deployment = deployment
        self._observer = observer
        self._journal = journal
        self._routing = RoutingPlan(workspace)

    def perform(self, actions: tuple[Doable, ...]) -> None:
        """Do all of them side by side; the first failure is raised after all have ended."""
        together(partial(self._do, action) for action in actions)

    def _do(self, action: Doable) -> None:
        match action:
            case RunReleaseCommand():
                run_release_command(
                    self._workspace, self._deployment.id, action, self._journal, self._observer.interruption
                )
            case RunHook():
                run_hook(self._workspace, self._deployment, action, self._observer, self._journal)
            case Start():
                self._start(action)
            case Prepare():
                self._prepare(action)
            case Cutover():
                self._cut_over(action)
            case Commit():
                self._workspace.ledger.commit(self._deployment.id, time.time())
            case Stop():
                self._stop(action)
            case Retire():
                self._retire(action)
            case Abandon():
                self._abandon(action)

    def _start(self, action: Start) -> None:
        move, project = action.move, self._workspace.project
        specs = app_specs(project.project, project.network, self._deployment.id, move)
        with self._journal.step("start", move.service, f"{move.new.image.ref} in {move.color}"):
            started = together(partial(self._workspace.engine.start, spec) for spec in specs)
        key = (move.service, move.color)
        self._observer.watch.watch(key, move.new.service, tuple(started))
        self._observer.watched.add(key)

    def _prepare(self, action: Prepare) -> None:
        step = "settle" if action.settle else "nginx"
        with self._journal.step(step):
            moving = None if action.settle else self._deployment
            routing = self._routing.routing(self._observer.view, self._workspace.apps(), moving, action.slots)
            self._workspace.proxy.prepare(routing)
            self._observer.prepared = action.slots

    def _cut_over(self, action: Cutover) -> None:
        """The one place that moves traffic."""
        step = "switch back" if action.back else "cutover"
        with self._journal.step(step, detail=", ".join(f"{name} → {color}" for name, color in action.live.items())):
            before = self._workspace.proxy.switch({**self._observer.view.live, **action.live})
            if not action.back:
                self._workspace.ledger.commit(self._deployment.id, time.time())
        if all(before.get(service) is color for service, color in action.live.items()):
            raise NeedsHuman("nginx does not follow the switch")

    def _stop(self, action: Stop) -> None:
        grace = self._grace(action.service)
        with self._journal.step("stop", action.service, f"grace {grace:g} s"):
            together(partial(self._stop_one, action.service, name, grace) for name in action.containers)

    def _retire(self, action: Retire) -> None:
        grace = self._grace(action.service)
        with self._journal.step("retire", action.service, str(action.color)):
            self._observer.watch.forget((action.service, action.color))
            self._observer.watched.discard((action.service, action.color))
            together(partial(self._end, action.service, name, grace) for name in action.containers)

    def _end(self, service: str, name: str, grace: float) -> None:
        self._stop_one(service, name, grace)
        self._workspace.engine.remove(name)

    def _stop_one(self, service: str, name: str, grace: float) -> None:
        """Stop a container; that it had to be killed is written down, for `doctor`."""
        begun = time.monotonic()
        self._workspace.engine.stop(name, grace)
        if time.monotonic() - begun >= grace and self._was_killed(name):
            with self._journal.step(KILLED, service, show_seconds(grace)):
                pass

    def _was_killed(self, name: str) -> bool:
        found = self._workspace.engine.find(name)
        vitals = self._workspace.engine.inspect(name) if found else None
        return bool(vitals and vitals.exit_code == KILL_STATUS and not vitals.oom_killed)

    def _grace(self, service: str) -> float:
        """The grace period that the leaving release was made with, or the longest that is known."""
        known = (
            release.service.stop_grace_period
            for move in self._deployment.moves
            for release in (move.old, move.new)
            if release and move.service == service
        )
        return max(known, default=GRACE)

    def _abandon(self, action: Abandon) -> None:
        self._journal.note("turn back", action.reason)
        self._workspace.ledger.turn(self._deployment.id, action.reason, time.time())
