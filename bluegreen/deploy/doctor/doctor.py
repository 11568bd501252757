"""doctor: look, judge, and mend what was agreed on."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bluegreen.decide.doctor.examine import examine, plan, sound
from bluegreen.decide.doctor.facts import Facts
from bluegreen.decide.doctor.finding import Finding
from bluegreen.decide.doctor.mends import Mend
from bluegreen.deploy.doctor.gather import gather
from bluegreen.deploy.doctor.mend import Mending
from bluegreen.deploy.reporter import Reporter
from bluegreen.deploy.work import Work
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.keeping import keep_aside
from bluegreen.ledger.lock import locked
from bluegreen.model.errors import LedgerUnusable

Reopen = Callable[[], tuple[Workspace, LedgerUnusable | None]]
"""Opens the project again; where its ledger can't be used, with a blank one, and the reason."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, and what would mend it."""

    findings: tuple[Finding, ...]
    plan: tuple[Mend, ...]

    @property
    def sound(self) -> bool:
        """Whether there is no error among the findings."""
        return sound(self.findings)


def look(workspace: Workspace, unusable: LedgerUnusable | None = None) -> Examination:
    """Examine a project; `unusable` says why its ledger is a blank one. Raises AdapterError."""
    return _judged(gather(workspace, unusable))


def mend(workspace: Workspace, agreed: Examination, reopen: Reopen, reporter: Reporter) -> Examination:
    """Do what was agreed on and is still needed; return what is left. Raises BluegreenError."""
    with locked(workspace.state / "lock", workspace.author, 0.0):
        workspace, unusable = reopen()
        if unusable:
            keep_aside(workspace.state, time.time())
            workspace, _ = reopen()
    with workspace.locked(reporter=reporter):
        facts = gather(workspace, locked=True)
        mending = Mending(workspace, facts, Work(workspace, reporter))
        for step in plan(examine(facts)):
            if step in agreed.plan:
                mending.carry_out(step)
        return _judged(gather(workspace, locked=True))


def _judged(facts: Facts) -> Examination:
    findings = examine(facts)
    return Examination(findings, plan(findings))
