"""Everything that `doctor --fix` can do; as text, each says what will happen."""

from dataclasses import dataclass
from pathlib import Path

from bluegreen.model.color import Color


@dataclass(frozen=True, slots=True)
class RebuildLedger:
    """Write down in the ledger what the labels and nginx say; one that can't be used is kept aside before."""

    def __str__(self) -> str:
        return "rebuild the ledger from the containers' labels, nginx and the releases on disk"


@dataclass(frozen=True, slots=True)
class Restrict:
    """Give a path of the state directory the mode that it should have."""

    path: Path
    mode: int

    def __str__(self) -> str:
        return f"chmod {self.mode:04o} {self.path}"


@dataclass(frozen=True, slots=True)
class RemoveFile:
    """Remove what a killed command left half-written."""

    path: Path

    def __str__(self) -> str:
        return f"remove {self.path}"


@dataclass(frozen=True, slots=True)
class Close:
    """Write down the end of a deployment with which nobody can go on; its containers are judged as any others."""

    deployment: str

    def __str__(self) -> str:
        return f"close deployment {self.deployment}, with which nobody can go on; the files of its releases stay"


@dataclass(frozen=True, slots=True)
class Resume:
    """Finish or undo the deployment that was left, as the next deployment would."""

    deployment: str

    def __str__(self) -> str:
        return f"finish or undo deployment {self.deployment}"


@dataclass(frozen=True, slots=True)
class StartColor:
    """Start the containers of the live color again, or make them again."""

    service: str
    color: Color

    def __str__(self) -> str:
        return f"start the containers of {self.service}-{self.color}"


@dataclass(frozen=True, slots=True)
class ServeAgain:
    """Have nginx run, on a configuration that is written anew where need be; no traffic moves."""

    def __str__(self) -> str:
        return "have nginx run on a new generation; what was edited by hand stays beside it"


@dataclass(frozen=True, slots=True)
class RemoveContainers:
    """Stop containers that nothing leads to any more, within their grace period, and remove them."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"stop and remove {', '.join(self.names)}"


Mend = RebuildLedger | Restrict | RemoveFile | Close | Resume | StartColor | ServeAgain | RemoveContainers
ORDER = (RebuildLedger, Restrict, RemoveFile, Close, Resume, StartColor, ServeAgain, RemoveContainers)
"""What later mends rely on comes first."""
