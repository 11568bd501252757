"""Where jobs run: a machine with an engine, on which every job begins in empty folders."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.history import SETTINGS

ENDS_WITHIN = 120
LEFT_OUT = ("BLUEGREEN_", "CI", "DOCKER_", "GITHUB_", "GITLAB_")


@dataclass(frozen=True)
class Place:
    """One machine: how a command comes to run on it, and what it finds in its environment."""

    environment: Mapping[str, str] = field(default_factory=dict)
    enter: Sequence[str] = ()

    running: list["subprocess.Popen[str]"] = field(default_factory=list)
    """The shells of jobs that are under way."""

    def bash(self, script: str, folder: Path, variables: Mapping[str, str]) -> tuple[int, str]:
        """Run a script as both runners do: it ends at the first command that fails, in a pipe, too."""
        here = {name: text for name, text in os.environ.items() if not name.startswith(LEFT_OUT)}
        command = [*self.enter, "bash", "--noprofile", "--norc", "-eo", "pipefail", str(folder.parent / "script")]
        (folder.parent / "script").write_text(script)
        with subprocess.Popen(
            command, cwd=folder, env={**here, **variables, **self.environment, "NO_COLOR": "1"}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ) as shell:  # fmt: skip
            self.running.append(shell)
            try:
                output, _ = shell.communicate(timeout=ENDS_WITHIN)
            finally:
                shell.kill()
                self.running.remove(shell)
        return shell.returncode, output


def checkout(origin: Path, folder: Path, ref: str, *, depth: int = 0) -> None:
    """Clone a repository's branch or tag as a runner does, all of it or the last commits alone."""
    here = ref.replace("refs/heads/", "refs/remotes/origin/")
    all_of_it = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"]
    what = [f"--depth={depth}", "origin", f"+{ref}:{here}"] if depth else ["origin", *all_of_it]
    _git(folder, "init", "--quiet", "--initial-branch=none")
    _git(folder, "remote", "add", "origin", f"file://{origin}")
    _git(folder, "fetch", "--quiet", "--no-tags", *what)
    _git(folder, "checkout", "--quiet", "--detach", here)


def _git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], env={**os.environ, **SETTINGS}, check=True)
