"""deploy and plan."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bluegreen.decide.plan import Plan, plan
from bluegreen.deploy.candidates import ImageChoice, candidates, commit_of
from bluegreen.deploy.held import held
from bluegreen.deploy.hold import refuse_held, refuse_workers_alone
from bluegreen.deploy.permission import Purpose, permitted, refused
from bluegreen.deploy.preflight import foreseen
from bluegreen.deploy.report import Report, rows
from bluegreen.deploy.reporter import Event, Phase, Reporter
from bluegreen.deploy.selection import selected
from bluegreen.deploy.standing import Standing, standing
from bluegreen.deploy.verification import verify
from bluegreen.deploy.work import Work
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.deployment import Outcome, Verb
from bluegreen.model.release import Release


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """What the command line asks for."""

    services: Sequence[str] = ()
    choice: ImageChoice = field(default_factory=ImageChoice)
    force: bool = False
    bake: float | None = None
    """Seconds; None: as services.yaml says."""
    wait_lock: float = 0.0
    """Seconds to wait for another command to end."""
    hold: bool = False
    """Stop before the cutover."""
    purpose: Purpose = field(default_factory=Purpose)


def deploy(workspace: Workspace, options: DeployOptions, reporter: Reporter) -> Report:
    """Move every selected service that changed to its new release. Raises BluegreenError."""
    services = selected(workspace.project, options.services)
    purpose = _purpose(options)
    workspace = workspace.at(purpose.commit)
    overridden = permitted(workspace, purpose)
    with workspace.locked(options.wait_lock, reporter) as ending:
        work = Work(workspace, reporter)
        work.notes += overridden
        work.recover()
        work.preflight(services)
        with work.step("resolve"):
            before = standing(workspace, services)
            wanted = candidates(workspace, services, options.choice, before)
        work.notes += _notes(wanted)
        planned = compare(workspace, wanted, before, force=options.force)
        if options.hold:
            refuse_workers_alone(planned)
        if workspace.project.verify and planned.moves:
            with work.step("verify"):
                verify(workspace, [move.new for move in planned.moves], partial(_tell, reporter))
        report = work.carry_out(Verb.DEPLOY, planned, options.bake, hold=options.hold, tight=options.force)
        ending.event = report.ending
    if report.outcome is not Outcome.HELD:
        return report
    return replace(report, held=next(each for each in held(workspace) if each.deployment == report.deployment))


def _purpose(options: DeployOptions) -> Purpose:
    """What images say of their commits counts, whatever is checked out here."""
    choice, purpose = options.choice, options.purpose
    return replace(purpose, commit=purpose.commit or commit_of(choice.tag), images=choice.named_commits())


def _tell(reporter: Reporter, service: str, line: str) -> None:
    reporter.tell(Event(time.time(), Phase.NOTE, "verify", service, line))


def dry_run(workspace: Workspace, options: DeployOptions) -> Report:
    """Say what `deploy` would do now, and whether it may; nothing is touched."""
    purpose = _purpose(options)
    refusal = refused(workspace, purpose)
    services, workspace = selected(workspace.project, options.services), workspace.at(purpose.commit)
    refusals = [*([str(refusal)] if refusal else []), *foreseen(workspace, services)]
    notes = [f"deploy would refuse this: {each}" for each in refusals]
    before = standing(workspace, services)
    wanted = candidates(workspace, services, options.choice, before)
    planned = compare(workspace, wanted, before, force=options.force)
    return Report("plan", rows(planned, "would deploy"), notes=(*notes, *_notes(wanted)))


def _notes(wanted: Sequence[Release]) -> list[str]:
    """Say what the user should know of how images were resolved."""
    return [
        f"{release.name}: {note}" for release in wanted for note in (release.image.note, release.image.kept) if note
    ]


def compare(workspace: Workspace, wanted: Sequence[Release], before: Standing, *, force: bool = False) -> Plan:
    """Compare what is wanted with what runs. Raises ConfigError where it would move what is held."""
    planned = plan(wanted, before.current, before.answers, force=force)
    refuse_held(workspace, (move.service for move in planned.moves))
    return planned
