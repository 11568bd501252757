"""The repository that services are built from, asked through git's plumbing: nothing in it is changed."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bluegreen.model.errors import CommandError
from bluegreen.model.text import harmless, one_line

DEADLINE = 20.0
"""Seconds that one question may take."""

ENDS_EARLY = "the clone is shallow: its history ends too early"

_FULL = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./@{}^~+-]*")
_SETTINGS = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, by its full hash, and the first line of its message."""

    hash: str
    subject: str


@dataclass(frozen=True, slots=True)
class Way:
    """From one commit to another: what comes with it, and what goes; the newest of each, newest first."""

    added: tuple[Commit, ...] = ()
    taken_back: tuple[Commit, ...] = ()
    left_out: int = 0
    """How many more there are."""


class Repository:
    """The repository that a folder lies in. Every question raises CommandError where git has no answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def commit(self, ref: str) -> str:
        """Return the full hash of the commit that a branch, tag or hash means."""
        if not _REF.fullmatch(ref):
            raise CommandError(f"{harmless(ref)} is no name of a commit")
        try:
            return self._ask("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
        except CommandError as error:
            raise CommandError(error.message or self._unknown(ref), error.hint) from error

    def changed(self, base: str, head: str) -> tuple[str, ...]:
        """List the files that differ between two commits, as paths from the top of the repository."""
        if base == head:
            return ()
        commits = [ref if _FULL.fullmatch(ref) else self.commit(ref) for ref in (base, head)]
        try:
            names = self._ask("diff-tree", "-r", "-z", "--name-only", "--no-renames", *commits)
        except CommandError:
            for ref in commits:
                self.commit(ref)
            raise
        return tuple(filter(None, names.split("\0")))

    def way(self, base: str, head: str, most: int) -> Way:
        """Say which commits lie between two, up to `most` each way."""
        old, new = (self.commit(ref) for ref in (base, head))
        gone, come = map(int, self._ask("rev-list", "--left-right", "--count", f"{old}...{new}").split())
        if gone and come and self._shallow():
            raise CommandError(ENDS_EARLY, "git fetch --unshallow")
        added, taken_back = self._log(old, new, come, most), self._log(new, old, gone, most)
        return Way(added, taken_back, gone + come - len(added) - len(taken_back))

    def _log(self, base: str, head: str, found: int, most: int) -> tuple[Commit, ...]:
        if not found:
            return ()
        form = ("-z", "--no-color", "--no-show-signature", "--format=%H %s", f"--max-count={most}")
        lines = self._ask("log", *form, f"{base}..{head}").split("\0")
        parts = (line.partition(" ") for line in lines if line)
        return tuple(Commit(commit, one_line(subject)) for commit, _, subject in parts)

    def contains(self, branch: str, commit: str) -> bool:
        """Whether a branch, of `origin` or here, contains a commit; `branch` may be a pattern such as `release/*`."""
        wanted, tips = self.commit(commit), self._tips(branch)
        if not tips:
            raise CommandError(f"there is no branch {branch} in this repository", f"git fetch origin {branch}")
        if any(self._is_ancestor(wanted, tip) for tip in tips):
            return True
        if self._shallow():
            raise CommandError(ENDS_EARLY, "git fetch --unshallow")
        return False

    def refs(self) -> tuple[str, ...]:
        """Name what the checkout is at: its branch, and the tags of its commit, as `refs/heads/…` and `refs/tags/…`."""
        tags = self._ask("for-each-ref", "--points-at=HEAD", "--format=%(refname)", "refs/tags").split()
        try:
            return (*tags, self._ask("symbolic-ref", "--quiet", "HEAD").strip())
        except CommandError:
            return tuple(tags)

    def _tips(self, branch: str) -> list[str]:
        names = (f"refs/remotes/origin/{branch}", f"refs/heads/{branch}")
        return self._ask("for-each-ref", "--format=%(objectname)", *names).split()

    def _is_ancestor(self, commit: str, tip: str) -> bool:
        try:
            self._ask("merge-base", "--is-ancestor", commit, tip)
        except CommandError as error:
            if error.message:
                raise
            return False
        return True

    def _unknown(self, ref: str) -> str:
        if self._shallow():
            return f"{ref} is not in this clone, which is shallow (git fetch --unshallow; in CI: fetch-depth 0)"
        return f"{ref} is not in this repository: the history was rewritten, or it was not fetched"

    def _shallow(self) -> bool:
        return self._ask("rev-parse", "--is-shallow-repository").strip() == "true"

    def _ask(self, *words: str) -> str:
        """Return what git prints; where it says no without a word, the error's message is empty."""
        variables = {**os.environ, **_SETTINGS}
        try:
            done = subprocess.run(  # noqa: S603 - fixed words, and names that were checked
                ["git", "-C", str(self._folder), *words],  # noqa: S607 - the git of whoever builds
                env=variables, stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, check=False,
            )  # fmt: skip
        except OSError as error:
            raise CommandError(f"cannot run git: {error.strerror}") from error
        except subprocess.TimeoutExpired:
            raise CommandError(f"git {words[0]} did not end within {DEADLINE:g} s") from None
        if done.returncode:
            raise CommandError(_first_line(done.stderr))
        return os.fsdecode(done.stdout)


def _first_line(said: bytes) -> str:
    """Return git's complaint, without what follows for a person at a terminal."""
    return harmless(said.decode(errors="replace")).strip().partition("\n")[0].removeprefix("fatal: ")
