"""The end of a command that moves services: its summary and, where it failed, what happened and what serves."""

from dataclasses import replace

from bluegreen.cli import output
from bluegreen.cli.call import Call
from bluegreen.cli.errors import choices, fail
from bluegreen.cli.show.failure import Failure
from bluegreen.cli.show.report import report_json, report_text
from bluegreen.cli.show.timings import timeline, timings_json, timings_text
from bluegreen.cli.summary import summarize
from bluegreen.cli.tell import tell_others
from bluegreen.deploy.commits import commits
from bluegreen.deploy.report import Report
from bluegreen.model.deployment import Outcome
from bluegreen.timing import parts


def close(call: Call, report: Report, *, timings: bool = False) -> int:
    """Print a report, and where its time went if that is asked for; return its exit status."""
    found = timeline(parts(), report.steps) if timings else []
    if call.workspace and (call.json or call.summary):
        moved = ((s.service, s.old_commit, s.new_commit) for s in report.services if s.old_release)
        report = replace(report, commits=commits(call.workspace.folder, moved))
    back = call.command("rollback")
    if not call.json:
        output.say(report_text(report, back, output.width()))
        if found:
            output.say(f"\n{timings_text(found, output.width())}")
    result = report_json(report, back) | ({"timings": timings_json(found)} if found else {})
    if report.exit_status:
        return fail(call, _failure(call, report), result, report=report)
    if call.json:
        output.document(result)
    tell_others(call, report)
    summarize(call, report)
    return 0


def _failure(call: Call, report: Report) -> Failure:
    happened, hint = _words(call, report.outcome)
    reason = f"{happened}: {report.reason}" if report.reason else happened
    return Failure(str(report.outcome), reason, report.exit_status, hint, report.evidence)


def _words(call: Call, outcome: Outcome | None) -> tuple[str, str]:
    """Say what an outcome means, and what to type next."""
    match outcome:
        case Outcome.FAILED:
            return "failed before the cutover, the traffic did not move", f"Correct the cause, then: {call.typed}"
        case Outcome.ROLLED_BACK:
            return "failed after the cutover, the traffic went back", f"Correct the cause, then: {call.typed}"
        case Outcome.STUCK:
            return "a person must choose; both colors stay as they are", choices(call)
        case _:
            return "the new release serves already", f"To go back: {call.command('rollback')}"
