"""What others are told of a deployment: that it began, and how it ended."""

import time
from dataclasses import asdict

from bluegreen.decide.plan import Plan
from bluegreen.deploy.report import Report, ServiceReport, rows
from bluegreen.deploy.workspace import Workspace
from bluegreen.model import ulid
from bluegreen.model.deployment import Deployment, Outcome
from bluegreen.model.notice import Notice
from bluegreen.model.notify import Moment


def begun(workspace: Workspace, deployment: Deployment, planned: Plan, verb: str = "") -> None:
    """Tell that a deployment begins, beside the work."""
    services = rows(planned, "under way")
    workspace.notifier.tell(
        _notice(workspace, Moment.STARTED, verb or str(deployment.verb), services, deployment=deployment.id)
    )


def ended(workspace: Workspace, report: Report) -> tuple[str, ...]:
    """Tell how a command ended; return what could not be delivered, a line each."""
    notice = _notice(
        workspace,
        _moment(report),
        report.verb,
        report.services,
        deployment=report.deployment,
        outcome=str(report.outcome or ""),
        reason=report.reason,
    )
    workspace.notifier.tell(notice)
    return workspace.notifier.close()


def broken_off(workspace: Workspace, verb: str, reason: str) -> tuple[str, ...]:
    """Tell that a command ended without a report, and why; return what could not be delivered, a line each."""
    workspace.notifier.tell(_notice(workspace, Moment.FAILED, verb, (), reason=reason))
    return workspace.notifier.close()


def _moment(report: Report) -> Moment:
    if report.outcome is None:
        return Moment.SKIPPED
    asked_back = report.wanted is not Outcome.DEPLOYED or report.verb == "rollback"
    if asked_back and not report.exit_status:
        return Moment.ROLLED_BACK
    match report.outcome:
        case Outcome.DEPLOYED:
            return Moment.SUCCEEDED
        case Outcome.HELD:
            return Moment.HELD
        case Outcome.ROLLED_BACK:
            return Moment.ROLLED_BACK
        case Outcome.FAILED | Outcome.STUCK:
            return Moment.FAILED


def _notice(  # noqa: PLR0913 - what is told
    workspace: Workspace,
    event: Moment,
    verb: str,
    services: tuple[ServiceReport, ...],
    *,
    deployment: str = "",
    outcome: str = "",
    reason: str = "",
) -> Notice:
    now = time.time()
    return Notice(
        id=ulid.new(now),
        event=event,
        at=now,
        project=workspace.project.project,
        environment=workspace.project.environment or "",
        verb=verb,
        deployment=deployment,
        outcome=outcome,
        reason=reason,
        who=workspace.author.who,
        origin=workspace.author.origin,
        commit=workspace.author.commit,
        services=tuple(asdict(service) for service in services),
    )
