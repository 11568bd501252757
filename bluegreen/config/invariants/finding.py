"""What violates a rule, and where."""

from dataclasses import dataclass

from bluegreen.config.composefile.tree import Place
from bluegreen.config.invariants.rules import Rule, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation; holds no value that may be secret."""

    rule: Rule
    place: Place
    service: str
    """Of services.yaml or of a Compose file; "" where it is about the whole."""
    message: str
    fix: str
    environment: str = ""

    @property
    def fails(self) -> bool:
        """Whether it fails the check."""
        return self.rule.severity is Severity.ERROR
