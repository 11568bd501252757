"""Violated rules: for people, for programs, and as annotations of a CI system."""

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bluegreen.cli.show.annotation import annotation
from bluegreen.cli.words import counted

if TYPE_CHECKING:
    from bluegreen.config.invariants.finding import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    GITHUB = "github"
    SARIF = "sarif"


def findings_text(findings: Sequence["Finding"]) -> str:
    """Lay findings out for people."""
    return "\n".join(line for each in findings for line in _lines(each))


def _lines(found: "Finding") -> Iterator[str]:
    place = f"{found.place.file}:{found.place.line}:{found.place.column}"
    where = f" ({found.environment})" if found.environment else ""
    yield f"{place}: {found.rule.severity} {found.rule.id}: {found.message}{where}"
    yield f"    why: {found.rule.why}"
    if found.fix:
        yield f"    fix: {found.fix}"


def findings_json(findings: Sequence["Finding"]) -> list[dict[str, object]]:
    """Return findings as JSON objects."""
    return [
        {
            "rule": each.rule.id,
            "severity": str(each.rule.severity),
            "file": each.place.file,
            "line": each.place.line,
            "column": each.place.column,
            "environment": each.environment,
            "service": each.service,
            "message": each.message,
            "why": each.rule.why,
            "fix": each.fix,
        }
        for each in findings
    ]


def counts(findings: Sequence["Finding"]) -> str:
    """Say how many there are."""
    failing = sum(each.fails for each in findings)
    warnings = len(findings) - failing
    parts = [counted(failing, "error")] if failing else []
    return " and ".join([*parts, counted(warnings, "warning")] if warnings or not parts else parts)


def annotations(findings: Sequence["Finding"]) -> str:
    """Write findings as workflow commands of GitHub Actions, which other runners know, too."""
    return "\n".join(_annotation(each) for each in findings)


def _annotation(found: "Finding") -> str:
    fix = f"\nfix: {found.fix}" if found.fix else ""
    place = found.place
    title = f"{found.rule.id} {found.rule.title}"
    return annotation(str(found.rule.severity), found.message + fix, title, (place.file, place.line, place.column))


def sarif(findings: Sequence["Finding"]) -> str:
    """Write findings in SARIF 2.1.0."""
    rules = {each.rule.id: each.rule for each in findings}
    driver: dict[str, Any] = {
        "name": "bluegreen",
        "rules": [
            {
                "id": rule.id,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": rule.why},
                "defaultConfiguration": {"level": str(rule.severity)},
            }
            for rule in rules.values()
        ],
    }
    run = {"tool": {"driver": driver}, "results": [_result(each) for each in findings]}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(found: "Finding") -> dict[str, object]:
    region = {"startLine": found.place.line or 1, "startColumn": found.place.column or 1}
    location = {"artifactLocation": {"uri": found.place.file}, "region": region}
    text = f"{found.message}. Fix: {found.fix}" if found.fix else found.message
    return {
        "ruleId": found.rule.id,
        "level": str(found.rule.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }
