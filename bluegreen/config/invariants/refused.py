"""A configuration that can't be used, told as violated rules are."""

from bluegreen.config.composefile.tree import Place
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.invariants.rules import CONFIGURATION
from bluegreen.config.problem import InvalidConfig


def refused(error: InvalidConfig) -> tuple[Finding, ...]:
    """Return each problem as a finding."""
    return tuple(
        Finding(
            CONFIGURATION,
            Place(each.file, each.line, each.column),
            "",
            ": ".join(part for part in (each.path, each.message) if part),
            "",
        )
        for each in error.problems
    )
