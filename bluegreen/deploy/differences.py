"""What git says of the commits that run and this one."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from bluegreen.decide.sources import Difference
from bluegreen.deploy.together import together
from bluegreen.git import Repository
from bluegreen.model.errors import CommandError


def differences(folder: Path, bases: Iterable[str], head: str) -> Mapping[str, Difference]:
    """Compare each commit of `bases` with `head`, by base; where git can't, the difference says why."""
    calls = [partial(_difference, Repository(folder), base, head) for base in set(bases)]
    return {found.base: found for found in together(calls)}


def _difference(repository: Repository, base: str, head: str) -> Difference:
    if not base:
        return Difference(base, unknown="what runs has no commit label")
    if not head:
        return Difference(
            base, unknown="this commit is not known: no git repository here, and BLUEGREEN_COMMIT is not set"
        )
    try:
        return Difference(base, repository.changed(base, head))
    except CommandError as error:
        return Difference(base, unknown=error.message)
