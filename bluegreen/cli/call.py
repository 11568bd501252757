"""One run of the program: what was typed, and the project that it opened."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bluegreen.cli.options import ENV_VARIABLE, FILE_VARIABLE, SERVICES_FILE
from bluegreen.model.errors import LedgerUnusable

if TYPE_CHECKING:
    from bluegreen.deploy.workspace import Workspace


class Call:
    """What the verbs and the error handler share."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.json = "--json" in arguments
        """Whether answers are JSON; a usage error must know before the options are read."""
        self.typed = shlex.join(["bluegreen", *arguments])
        self.verb = arguments[0] if arguments else ""
        self.workspace: Workspace | None = None
        self.changes = False
        """Whether this command may have changed what serves."""
        self.summary: Path | None = None
        """Where the Markdown summary goes."""
        self._chosen: list[str] = []

    def open(self, file: Path, environment: str | None, *, changes: bool = False) -> "Workspace":
        """Open the project. Raises ConfigError, EngineError, LedgerError, LedgerUnusable."""
        workspace, unusable = self.open_anyhow(file, environment, whole=False)
        self.changes = changes
        if unusable:
            # whatever was asked: what serves is said
            self.changes = True
            raise unusable
        return workspace

    def open_anyhow(
        self, file: Path, environment: str | None, *, whole: bool = True
    ) -> "tuple[Workspace, LedgerUnusable | None]":
        """Open the project; where its ledger can't be used, with a blank one, and the reason.

        `whole`: read all of the ledger for damage, however long that takes.
        """
        from bluegreen.deploy.opening import open_workspace

        self._chosen = _chosen(file, environment)
        self.close()
        try:
            self.workspace = open_workspace(file, environment, self.typed)
            if whole:
                self.workspace.ledger.verify()
        except LedgerUnusable as error:
            self.close()
            self.workspace = open_workspace(file, environment, self.typed, blank=True)
            return self.workspace, error
        return self.workspace, None

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
