"""Observe: one look at containers, nginx, health and the ledger."""

import time
from collections.abc import Mapping
from threading import Thread

from bluegreen.decide.actions import Slots
from bluegreen.decide.seen import Seen
from bluegreen.deploy.callers import with_direct
from bluegreen.deploy.current import live_colors
from bluegreen.deploy.masking import Mask
from bluegreen.deploy.routing import named_colors
from bluegreen.deploy.signals import Interruption
from bluegreen.deploy.workspace import Workspace
from bluegreen.health.watch import HealthWatch
from bluegreen.model.color import Color
from bluegreen.model.container import Container
from bluegreen.model.deployment import Deployment, Direction
from bluegreen.model.hooks import Hook
from bluegreen.model.ports import Tallies, Verdict
from bluegreen.model.routing import Flows
from bluegreen.model.service import Kind
from bluegreen.proxy.render import load_templates

TALLY_LOOK = 1.0


class Observer:
    """Gathers what `decide` needs, and remembers what only this run can know."""

    def __init__(self, workspace: Workspace, interruption: Interruption) -> None:
        self._workspace = workspace
        self.interruption = interruption
        self.watch = HealthWatch(workspace.engine, interruption.wake)
        self.watched: set[tuple[str, Color]] = set()
        self.prepared: Slots | None = None
        self.containers: tuple[Container, ...] = ()
        self.view = workspace.proxy.view()
        self._quiet = 0
        self._tallies: Tallies = {}
        self._tallied_at = 0.0
        self._masks: Mask | None = None
        # the start of the first container hides it
        Thread(target=load_templates, daemon=True).start()

    def look(self, deployment: Deployment) -> Seen:
        """Observe everything that the next decision depends on."""
        now = time.time()
        self.containers = self._workspace.apps()
        if deployment.of_kind(Kind.WEB):
            self.view = self._workspace.proxy.view()
        flowing = self._flowing(deployment)
        ended = {Hook(each.hook): each.problem for each in self._workspace.ledger.hooks(deployment.id)}
        return Seen(
            now=now,
            containers=self.containers,
            live=live_colors(self.view),
            named=named_colors(self.view, self.containers),
            prepared=self.prepared,
            verdicts=self._verdicts(deployment),
            commands_done=self._workspace.ledger.commands_done(deployment),
            quiet=self._quiet,
            flowing=flowing,
            tallies=self._tally(deployment, now),
            hooks_due=frozenset(hook for hook in Hook if self._workspace.project.hooks.of(hook) and hook not in ended),
            hooks_failed={hook: problem for hook, problem in ended.items() if problem},
            request=self.interruption.request or self._workspace.ledger.request(deployment.id),
        )

    def _verdicts(self, deployment: Deployment) -> Mapping[tuple[str, Color], Verdict]:
        mask = self._mask(deployment)
        return {key: mask.verdict(self.watch.verdict(key)) for key in self.watched}

    def _mask(self, deployment: Deployment) -> Mask:
        if self._masks is None:
            releases = (release for move in deployment.moves for release in (move.old, move.new) if release)
            self._masks = Mask(release.service for release in releases)
        return self._masks

    def _flowing(self, deployment: Deployment) -> str:
        """Count what may still reach the color that is to go; it is not leaving before the switch."""
        back = deployment.direction is Direction.BACK
        leaving = {(m.service, m.color if back else m.color.other) for m in deployment.of_kind(Kind.WEB)}
        if deployment.committed_at is None or leaving.intersection(live_colors(self.view).items()):
            self._quiet = 0
            return ""
        there = [c for c in self.containers if (c.service, c.color) in leaving and c.address]
        if not there:
            self._quiet += 1
            return ""
        flows = with_direct(self._workspace, there, self._workspace.proxy.flows(tuple(c.address or "" for c in there)))
        self._quiet = 0 if in_flight(flows) else self._quiet + 1
        return in_flight(flows)

    def _tally(self, deployment: Deployment, now: float) -> Tallies:
        if deployment.committed_at and deployment.of_kind(Kind.WEB) and now - self._tallied_at >= TALLY_LOOK:
            self._tallies = self._workspace.proxy.tally(deployment.committed_at)
            self._tallied_at = now
        return self._tallies


def in_flight(flows: Flows) -> str:
    """Say what is in flight, or nothing."""
    connections = sum(flows.connections.values())
    parts = ((flows.old_workers, "old nginx worker"), (connections, "connection"))
    return ", ".join(f"{count} {what}{'s' if count > 1 else ''}" for count, what in parts if count)
