"""diff: what differs between two releases; of the configuration its keys, never a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bluegreen.deploy.commits import Commits, commits
from bluegreen.deploy.named import release_named
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.records import ReleaseRecord
from bluegreen.model.errors import ConfigError
from bluegreen.model.service import Service

NOT_SHAPE = {"name", "image"}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two releases."""

    release: str
    image: str
    digest: str
    """Of what runs; the image's id where no registry has it."""
    commit: str
    created_at: float
    """Unix time."""


@dataclass(frozen=True, slots=True)
class ChangedKey:
    """A key of services.yaml that differs: `health.deadline`, `environment.DB_HOST`."""

    key: str
    change: str
    """`added`, `removed` or `changed`."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two releases of a service."""

    service: str
    old: Side
    new: Side
    configuration: bool
    """Whether anything but the image differs."""
    keys: tuple[ChangedKey, ...]
    unknown: str
    """Why the keys can't be told."""
    commits: Commits | None
    """What lies between; null where both are of one commit."""


def diff(workspace: Workspace, old: str, new: str) -> Difference:
    """Compare two releases, named by the ends of their ids. Raises ConfigError."""
    ledger = workspace.ledger
    before, after = (ledger.release(release_named(ledger, text)) for text in (old, new))
    if before.service != after.service:
        raise ConfigError(
            f"{before.id} is a release of {before.service}, {after.id} one of {after.service}",
            f"bluegreen history --service {after.service} shows those that can be compared",
        )
    copies = [ledger.releases.find(each.id) for each in (before, after)]
    keys = tuple(_keys(copies[0].service, copies[1].service)) if copies[0] and copies[1] else ()
    lost = [each.id for each, copy in zip((before, after), copies, strict=True) if copy is None]
    between = commits(workspace.folder, [(before.service, before.commit, after.commit)])
    return Difference(
        service=before.service,
        old=_side(before),
        new=_side(after),
        configuration=bool(keys) or (bool(lost) and before.spec_hash != after.spec_hash),
        keys=keys,
        unknown=f"the copy of release {lost[0]} is gone" if lost else "",
        commits=between[0] if between else None,
    )


def _side(release: ReleaseRecord) -> Side:
    digest = release.run.rpartition("@")[2]
    return Side(release.id, release.image, digest, release.commit, release.created_at)


def _keys(old: Service, new: Service) -> Iterator[ChangedKey]:
    before, after = (dict(_flat(each.model_dump(by_alias=True, exclude=NOT_SHAPE))) for each in (old, new))
    for key in sorted(before.keys() | after.keys()):
        was, becomes = before.get(key), after.get(key)
        if was != becomes:
            yield ChangedKey(key, "added" if was is None else "removed" if becomes is None else "changed")


def _flat(value: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for key, each in value.items():
        if isinstance(each, Mapping):
            yield from _flat(each, f"{above}{key}.")
        else:
            yield f"{above}{key}", each or None
