"""A real git repository with a history of the test's own."""

import os
import subprocess
from pathlib import Path

SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "t@test",
    "GIT_COMMITTER_NAME": "test", "GIT_COMMITTER_EMAIL": "t@test", "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}  # fmt: skip


class History:
    """Makes commits in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        """Run git; return what it prints."""
        environment = {**os.environ, **SETTINGS}
        done = subprocess.run(
            ["git", "-C", str(self.folder), *words], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, *names: str, text: str = "") -> str:
        """Write this text to files and commit them; return the commit."""
        for name in names:
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", " ".join(names) or "empty")
        return self.git("rev-parse", "HEAD")
