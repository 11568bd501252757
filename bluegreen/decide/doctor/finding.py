"""What the doctor says."""

from dataclasses import dataclass
from enum import StrEnum

from bluegreen.decide.doctor.mends import Mend


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Something does not serve, or the next step could harm what serves."""
    WARNING = "warning"
    """Works now; will not always."""
    INFO = "info"
    """Worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    id: str
    """The same for every finding of a kind: `orphan`, `ledger-damaged`…"""
    severity: Severity
    subject: str
    """What it is about: a container, a service, a file."""
    seen: str
    why: str
    """Why it matters."""
    fix: str = ""
    """What to type or do, where `doctor --fix` can't."""
    mends: tuple[Mend, ...] = ()
    """What `doctor --fix` would do, in this order."""
