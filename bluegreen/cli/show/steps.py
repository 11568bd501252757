"""How long each step took."""

from collections.abc import Iterable
from dataclasses import asdict

from bluegreen.cli import words
from bluegreen.ledger.records import StepRecord


def steps_text(steps: Iterable[StepRecord], service: str) -> str:
    """Write how long each of a service's steps took, one a line; what was done twice counts together."""
    total: dict[str, float] = {}
    failed = set()
    for step in (step for step in steps if step.service == service):
        total[step.step] = total.get(step.step, 0.0) + (step.seconds or 0.0)
        if step.failed:
            failed.add(step.step)
    return "\n".join(f"{name} {words.seconds(took)}{' failed' * (name in failed)}" for name, took in total.items())


def steps_json(steps: Iterable[StepRecord]) -> list[dict[str, object]]:
    """Return steps as JSON objects, each with how long it took."""
    return [asdict(step) | {"failed": bool(step.failed), "seconds": step.seconds} for step in steps]
