"""What a command did: the closing summary, as values."""

from dataclasses import dataclass, field

from bluegreen.decide.plan import Plan, short
from bluegreen.deploy.commits import Commits
from bluegreen.deploy.held import Held
from bluegreen.ledger.records import StepRecord
from bluegreen.model.deployment import Move, Outcome


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """One row: a service, from what to what, and why."""

    service: str
    happened: str
    """`deployed`, `unchanged`, `failed`, `rolled back`, `would deploy`…"""
    why: str
    old_image: str = ""
    new_image: str = ""
    old_digest: str = ""
    new_digest: str = ""
    old_release: str = ""
    new_release: str = ""
    color: str = ""
    old_commit: str = ""
    new_commit: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One command's result."""

    verb: str
    services: tuple[ServiceReport, ...]
    outcome: Outcome | None = None
    """Null: there was nothing to do, or it was a dry run."""
    deployment: str = ""
    reason: str = ""
    evidence: tuple[str, ...] = ()
    """Last answers of probes, log lines, output: why it failed."""
    notes: tuple[str, ...] = ()
    steps: tuple[StepRecord, ...] = field(default=())
    seconds: float = 0.0
    wanted: Outcome = Outcome.DEPLOYED
    held: Held | None = None
    """What waits now for its promotion."""
    commits: tuple[Commits, ...] = ()
    """What lies between the old and the new releases."""

    @property
    def exit_status(self) -> int:
        """0 done, 1 failed before the cutover, 4 rolled back after it, 5 needs a human."""
        if self.outcome is self.wanted:
            return 0
        match self.outcome:
            case None | Outcome.DEPLOYED | Outcome.HELD:
                return 0
            case Outcome.FAILED:
                return 1
            case Outcome.ROLLED_BACK:
                return 4
            case Outcome.STUCK:
                return 5

    @property
    def ending(self) -> str:
        """How the command ended, in a line of the audit."""
        return f"{self.outcome}: {self.reason}" if self.exit_status else "done"


def rows(plan: Plan, happened: str) -> tuple[ServiceReport, ...]:
    """Describe a plan's services: those that move, then those that stay."""
    moved = tuple(_row(move, why, happened) for move, why in zip(plan.moves, plan.why, strict=True))
    return moved + tuple(ServiceReport(skip.service, "skipped", skip.reason) for skip in plan.skips)


def _row(move: Move, why: str, happened: str) -> ServiceReport:
    old, new = move.old, move.new
    return ServiceReport(
        service=move.service,
        happened=happened,
        why=why,
        old_image=old.image.ref if old else "",
        new_image=new.image.ref,
        old_digest=short(old.image.digest) if old else "",
        new_digest=short(new.image.digest),
        old_release=old.id if old else "",
        new_release=new.id,
        color=str(move.color),
        old_commit=old.commit if old else "",
        new_commit=new.commit,
    )
