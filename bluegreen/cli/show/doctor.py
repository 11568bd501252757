"""What the doctor found, and what it would do or did."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bluegreen.cli import words
from bluegreen.decide.doctor.finding import Finding, Severity

if TYPE_CHECKING:
    from bluegreen.deploy.doctor.doctor import Examination

INDENT = "  "


def examination_text(found: "Examination", width: int | None, mended: "Examination | None" = None) -> str:
    """Lay findings out, the gravest first, then what was mended or would be."""
    return "\n".join(_lines(found, width, mended)).strip("\n")


def examination_json(found: "Examination", mended: "Examination | None") -> dict[str, object]:
    """Return findings, and what was mended or would be, as a JSON object."""
    return {
        "sound": found.sound,
        "findings": [_finding_json(finding) for finding in found.findings],
        "plan": [str(mend) for mend in found.plan],
        "mended": [str(mend) for mend in mended.plan] if mended else [],
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "id": finding.id,
        "severity": str(finding.severity),
        "subject": finding.subject,
        "seen": finding.seen,
        "why": finding.why,
        "fix": finding.fix,
        "mends": [str(mend) for mend in finding.mends],
    }


def _lines(found: "Examination", width: int | None, mended: "Examination | None") -> Iterator[str]:
    for finding in found.findings:
        yield f"{finding.severity}: {finding.subject} ({finding.id})"
        yield from _told("seen", finding.seen, width)
        yield from _told("why", finding.why, width)
        yield from _told("fix", _fix(finding), width)
        yield ""
    yield _summary(found)
    if mended:
        yield from ("", "Mended:", *(f"{INDENT}{mend}" for mend in mended.plan))
    if found.plan:
        yield from ("", "bluegreen doctor --fix would:", *(f"{INDENT}{mend}" for mend in found.plan))


def _fix(finding: Finding) -> str:
    mends = "; ".join(map(str, finding.mends))
    return "; or ".join(filter(None, (finding.fix, f"--fix: {mends}" if mends else "")))


def _told(what: str, text: str, width: int | None) -> list[str]:
    lines = textwrap.wrap(text, max(20, (width or len(text) + 8) - 8), break_long_words=False, break_on_hyphens=False)
    return [f"{INDENT}{what + ':' if not index else '':6}{line}" for index, line in enumerate(lines)]


def _summary(found: "Examination") -> str:
    counts = {severity: sum(f.severity is severity for f in found.findings) for severity in Severity}
    told = [words.counted(number, str(severity)) for severity, number in counts.items() if number]
    return f"{', '.join(told)}." if told else "Sound: nothing to mend."
