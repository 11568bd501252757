"""The commits between the releases that were replaced and those that replaced them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bluegreen.git import Repository, Way
from bluegreen.model.errors import CommandError

MOST = 50
"""Commits that are named, each way."""


@dataclass(frozen=True, slots=True)
class Commits:
    """What lies between two commits, for the services that moved from one to the other."""

    services: tuple[str, ...]
    old: str
    new: str
    way: Way
    unknown: str = ""
    """Why it can't be told."""


def commits(folder: Path, moved: Iterable[tuple[str, str, str]]) -> tuple[Commits, ...]:
    """Ask the repository of `folder` about each service's old and new commit, each pair once."""
    services: dict[tuple[str, str], list[str]] = {}
    for service, old, new in moved:
        if old != new:
            services.setdefault((old, new), []).append(service)
    return tuple(_between(folder, old, new, tuple(names)) for (old, new), names in services.items())


def _between(folder: Path, old: str, new: str, services: tuple[str, ...]) -> Commits:
    if not (old and new):
        lacks = "old" if not old else "new"
        return Commits(services, old, new, Way(), f"the {lacks} release's commit is not known")
    try:
        return Commits(services, old, new, Repository(folder).way(old, new, MOST))
    except CommandError as error:
        return Commits(services, old, new, Way(), error.message)
