"""One run of the program: what was typed, and the project that it opened."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bluegreen.cli.options import ENV_VARIABLE, FILE_VARIABLE, SERVICES_FILE

if TYPE_CHECKING:
    from bluegreen.deploy.workspace import Workspace


class Call:
    """What the verbs and the error handler share."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.json = "--json" in arguments
        """Whether answers are JSON; a usage error must know before the options are read."""
        self.typed = shlex.join(["bluegreen", *arguments])
        self.workspace: Workspace | None = None
        self.changes = False
        """Whether this command may have changed what serves."""
        self._chosen: list[str] = []

    def open(self, file: Path, environment: str | None, *, changes: bool = False) -> "Workspace":
        """Open the project. Raises ConfigError, EngineError, LedgerError."""
        from bluegreen.deploy.opening import open_workspace

        self.workspace = open_workspace(file, environment, self.typed)
        self.changes = changes
        self._chosen = _chosen(file, environment)
        return self.workspace

    def command(self, *words: str) -> str:
        """Return a command to type next, for the same file and environment."""
        return shlex.join(["bluegreen", *words, *self._chosen])

    def close(self) -> None:
        """Let go of the project."""
        if self.workspace:
            self.workspace.ledger.close()


def _chosen(file: Path, environment: str | None) -> list[str]:
    named = ["-f", str(file)] if str(file) != os.environ.get(FILE_VARIABLE, str(SERVICES_FILE)) else []
    return named + (["--env", environment] if environment and environment != os.environ.get(ENV_VARIABLE) else [])
