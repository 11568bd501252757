"""What a command did, in Markdown, for the page of a CI's run."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bluegreen.cli import words
from bluegreen.cli.show.failure import Failure, Serving
from bluegreen.cli.show.markdown import code, fenced, grid, prose
from bluegreen.cli.show.report import ALL, can_go_back, done
from bluegreen.cli.show.status import COMMIT_LENGTH
from bluegreen.cli.show.steps import steps_text
from bluegreen.deploy.commits import Commits
from bluegreen.deploy.report import Report, ServiceReport
from bluegreen.model.deployment import Outcome

if TYPE_CHECKING:
    from bluegreen.git import Commit

LINES = 200
"""Lines of evidence that are shown; the last ones."""
LONGEST = 500
"""Characters of a line that are shown."""


@dataclass(frozen=True, slots=True)
class Told:
    """All that is known at the end of a command."""

    command: str
    """As it was typed."""
    back: str
    """The command that goes back."""
    project: str = ""
    environment: str = ""
    who: str = ""
    report: Report | None = None
    failure: Failure | None = None
    serving: Serving | None = None


def summary(told: Told) -> str:
    """Write everything down: what was done and why, the commits, how long it took, what failed, what to type next."""
    parts = [_heading(told), _facts(told)]
    if told.failure:
        parts += _failure(told.failure, told.serving)
    if told.report:
        parts += _report(told.report, told.back)
    return "\n\n".join(parts) + "\n\n"


def _heading(told: Told) -> str:
    where = f"{told.project} ({told.environment})" if told.environment else told.project
    mark, what = _outcome(told)
    return f"## {mark} " + prose(f"{where}: {what}" if where else what)


def _outcome(told: Told) -> tuple[str, str]:
    report = told.report
    if report is None or report.exit_status:
        return "❌", str(report.outcome) if report else told.failure.kind if told.failure else ""
    if report.outcome is None:
        return "⏭", "only planned" if report.verb == "plan" else "nothing to do"
    return "⏸" if report.outcome is Outcome.HELD else "✅", done(report.verb, report.outcome).lower()


def _facts(told: Told) -> str:
    lines = [f"Command: {code(told.command)}"]
    if told.who:
        lines.append(f"By: {code(told.who)}")
    if told.report and told.report.deployment:
        lines.append(f"Deployment: {code(told.report.deployment)}")
    if told.report and told.report.seconds:
        lines.append(f"Took: {words.seconds(told.report.seconds)}")
    return _bullets(lines)


def _failure(failure: Failure, serving: Serving | None) -> Iterator[str]:
    yield "### What failed"
    yield _block(failure.message.splitlines())
    if failure.evidence:
        yield "### Evidence"
        yield _block(failure.evidence)
    if serving:
        yield "### What serves now"
        yield _serves(serving)
    if failure.hint:
        yield "### What to type"
        yield _block(failure.hint.splitlines())


def _serves(serving: Serving) -> str:
    if serving.status is None:
        return prose(f"It can't be told: {serving.unknown}")
    titles = ("service", "state", "color", "image", "digest", "commit")
    rows = (
        (code(s.service), prose(s.state), s.color, code(s.image), code(s.digest), code(s.commit[:COMMIT_LENGTH]))
        for s in serving.status.services
    )
    drift = _bullets(prose(f"drift: {line}") for line in serving.status.drift)
    return "\n\n".join(filter(None, (grid(titles, rows), drift)))


def _report(report: Report, back: str) -> Iterator[str]:
    yield "### Services"
    yield grid(("service", "result", "color", "image", "digest", "why"), map(_row, report.services))
    if report.commits:
        yield "### Commits"
        yield from map(_commits, report.commits)
    if report.notes:
        yield "### Checks and notes"
        yield _bullets(map(prose, report.notes))
    if report.steps:
        yield "### How long it took"
        yield _bullets(_durations(report))
    if report.held:
        yield "### What to type"
        yield "`bluegreen promote` moves the traffic to it, `bluegreen abort` removes it, `bluegreen status` shows it."
    if can_go_back(report):
        yield "### To go back"
        yield fenced([back], "sh")


def _row(service: ServiceReport) -> tuple[str, ...]:
    return (
        code(service.service),
        prose(service.happened),
        service.color,
        _change(service.old_image, service.new_image),
        _change(service.old_digest, service.new_digest),
        prose(service.why),
    )


def _change(old: str, new: str) -> str:
    return f"{code(old)} → {code(new)}" if old and old != new else code(new)


def _commits(found: Commits) -> str:
    names = ", ".join(code(name) for name in found.services)
    way = f"{_short(found.old)} → {_short(found.new)}"
    if found.unknown:
        return f"{names}, {way}: {prose(found.unknown)}"
    lines = [*_listed(found.way.added, ""), *_listed(found.way.taken_back, "taken back: ")]
    if found.way.left_out:
        lines.append(f"and {found.way.left_out} more")
    return f"{names}, {way}:\n\n{_bullets(lines)}" if lines else f"{names}, {way}"


def _listed(commits: "Iterable[Commit]", word: str) -> Iterator[str]:
    return (f"{word}{code(each.hash[:COMMIT_LENGTH])} {prose(each.subject[:LONGEST])}" for each in commits)


def _short(commit: str) -> str:
    return code(commit[:COMMIT_LENGTH]) if commit else "unknown"


def _durations(report: Report) -> Iterator[str]:
    for service in [*(each.service for each in report.services), ""]:
        if took := steps_text(report.steps, service):
            yield f"{code(service) if service else ALL}: {prose(', '.join(took.splitlines()))}"


def _block(lines: Iterable[str]) -> str:
    shown = [line[:LONGEST] for line in lines]
    left_out = [f"… {len(shown) - LINES} lines before"] if len(shown) > LINES else []
    return fenced([*left_out, *shown[-LINES:]])


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
