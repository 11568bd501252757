"""The closing summary."""

from collections.abc import Mapping
from dataclasses import asdict

from bluegreen.cli import words
from bluegreen.cli.show.held import held_lines
from bluegreen.cli.show.steps import steps_json, steps_text
from bluegreen.cli.table import Column, Row, table
from bluegreen.deploy.report import Report, ServiceReport
from bluegreen.model.deployment import Outcome

COLUMNS = (
    Column("SERVICE"),
    Column("RESULT"),
    Column("COLOR"),
    Column("IMAGE AND DIGEST", narrow="start"),
    Column("WHY", narrow="wrap"),
    Column("STEPS"),
)
ALL = "(all)"


def report_text(report: Report, back: str, width: int | None) -> str:
    """Lay a report out: what was noted, a row per service, one for what all share, and how it ended."""
    rows = [_row(service, steps_text(report.steps, service.service)) for service in report.services]
    if shared := steps_text(report.steps, ""):
        rows.append((ALL, "", "", "", "", shared))
    return "\n".join([*report.notes, table(COLUMNS, rows, width), "", _ending(report, back)])


def report_json(report: Report, back: str) -> dict[str, object]:
    """Return a report as a JSON object."""
    told = asdict(report) | {"steps": steps_json(report.steps)}
    del told["wanted"]
    return told | {"exit_status": report.exit_status, "go_back": back if can_go_back(report) else None}


def _row(service: ServiceReport, steps: str) -> Row:
    image = _images(service.old_image, service.new_image)
    digest = _change(service.old_digest, service.new_digest)
    images = image if digest in service.why else "\n".join(filter(None, (image, digest)))
    return service.service, service.happened, service.color, images, service.why, steps


def _images(old: str, new: str) -> str:
    """Write a change of tag without the name twice."""
    name, _, tag = new.rpartition(":")
    before, _, old_tag = old.rpartition(":")
    return f"{name}:{old_tag} → {tag}" if name == before and tag != old_tag else _change(old, new)


def _change(old: str, new: str) -> str:
    return f"{old} → {new}" if old and old != new else new


def can_go_back(report: Report) -> bool:
    """Whether there is an earlier release to go back to."""
    deployed = report.outcome is Outcome.DEPLOYED and report.verb in ("deploy", "promote")
    return deployed and any(service.old_release for service in report.services)


def _ending(report: Report, back: str) -> str:
    took = words.seconds(report.seconds)
    moved = sum(bool(service.new_release) for service in report.services)
    if report.verb == "plan":
        return f"{words.counted(moved, 'service')} would be deployed; nothing was touched."
    if report.outcome is None:
        return f"Nothing to do ({took})."
    ending = f"{done(report.verb, report.outcome)} in {took}. "
    ending += f"Deployment {report.deployment}."
    if report.held:
        return "\n".join([ending, *held_lines(report.held)])
    return f"{ending}\nTo go back: {back}" if can_go_back(report) else ending


def done(verb: str, outcome: Outcome) -> str:
    """Say in a word or two what became of a deployment."""
    return _DONE.get((verb, outcome), str(outcome).capitalize())


_DONE: Mapping[tuple[str, Outcome], str] = {
    ("deploy", Outcome.DEPLOYED): "Deployed",
    ("deploy", Outcome.HELD): "Held before the cutover",
    ("promote", Outcome.DEPLOYED): "Promoted",
    ("rollback", Outcome.DEPLOYED): "Went back",
    ("rollback", Outcome.ROLLED_BACK): "Went back",
    ("abort", Outcome.FAILED): "Aborted",
}
