"""A failure: what happened, what serves now, and what to type next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bluegreen.cli.show.status import serving_table
from bluegreen.config.problem import Problem

if TYPE_CHECKING:
    from bluegreen.deploy.status import Status


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a command did not do what was asked."""

    kind: str
    """For programs: `LockHeld`, `UsageError`, `failed`…"""
    message: str
    exit_status: int
    hint: str = ""
    """What to do about it."""
    evidence: tuple[str, ...] = ()
    """Last answers of probes, log lines, output."""
    problems: tuple[Problem, ...] = ()
    """What is wrong in files, and where."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What serves after a failure."""

    status: "Status | None"
    unknown: str = ""
    """Why it can't be told."""


def failure_text(failure: Failure, serving: Serving | None, width: int | None) -> str:
    """Lay a failure out; `serving` is None where nothing can have changed."""
    return "\n".join(_lines(failure, serving, width))


def _lines(failure: Failure, serving: Serving | None, width: int | None) -> Iterator[str]:
    separator = "\n" if "\n" in failure.message else " "
    yield f"error:{separator}{failure.message}"
    yield from (f"  {line}" for line in failure.evidence)
    if serving and serving.status:
        yield from ("", "What serves now:", serving_table(serving.status, width))
        yield from (f"drift: {line}" for line in serving.status.drift)
    elif serving:
        yield from ("", f"What serves now can't be told: {serving.unknown}")
    if failure.hint:
        yield from ("", failure.hint)
