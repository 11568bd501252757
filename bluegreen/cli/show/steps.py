"""How long each step took."""

from collections.abc import Iterable
from dataclasses import asdict

from bluegreen.cli import words
from bluegreen.ledger.records import StepRecord

DRAIN = "drain"
"""The step that may end with something left: requests that the end of the old release cuts."""


def steps_text(steps: Iterable[StepRecord], service: str) -> str:
    """Write how long each of a service's steps took, one a line; what was done twice counts together."""
    parts: dict[str, list[StepRecord]] = {}
    for step in steps:
        if step.service == service:
            parts.setdefault(step.step, []).append(step)
    return "\n".join(f"{name} {_took(same)}{_left(same[-1])}" for name, same in parts.items())


def steps_json(steps: Iterable[StepRecord]) -> list[dict[str, object]]:
    """Return steps as JSON objects, each with how long it took."""
    return [asdict(step) | {"failed": bool(step.failed), "seconds": step.seconds} for step in steps]


def _left(step: StepRecord) -> str:
    return f", {step.detail}" if step.step == DRAIN and step.detail and step.ended_at else ""


def _took(steps: list[StepRecord]) -> str:
    known = [step.seconds for step in steps if step.seconds is not None]
    if not known:
        return "cut short"
    return words.seconds(sum(known)) + (" failed" if any(step.failed for step in steps) else "")
