"""Releases on disk: everything needed to run one again, secrets included, readable by the owner only."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bluegreen import files
from bluegreen.model.errors import LedgerError
from bluegreen.model.release import Release

_ADAPTER = TypeAdapter(Release)
_ID = re.compile(r"[0-9A-Za-z-]{1,64}")
"""What names a folder; ids are also read from labels, which an image may bring."""


class Releases:
    """`<state>/releases/<id>/release.json`, mode 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, release: Release) -> None:
        """Write a release; one that is there already stays as it is."""
        if not self._file(release.id).exists():
            files.write(self._file(release.id), _ADAPTER.dump_json(release, by_alias=True, exclude_defaults=True))

    def read(self, release_id: str) -> Release:
        """Read a release. Raises LedgerError when its file is lost or damaged."""
        if not _ID.fullmatch(release_id):
            raise LedgerError(f"no release is called {release_id}", "bluegreen history shows the releases")
        try:
            return _ADAPTER.validate_json(self._file(release_id).read_bytes())
        except (OSError, ValidationError) as error:
            raise LedgerError(
                f"cannot read the release {self._file(release_id)}: {_reason(error)}",
                "deploy instead: a deployment makes a new release",
            ) from None

    def find(self, release_id: str) -> Release | None:
        """Read a release, or return None when its file is lost or damaged."""
        try:
            return self.read(release_id)
        except LedgerError:
            return None

    def prune(self, needed: frozenset[str]) -> None:
        """Remove every release but those needed."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name not in needed:
                files.remove(path)

    def all(self) -> Iterator[Release]:
        """Read every release that can be read."""
        ids = sorted(path.name for path in self._folder.iterdir()) if self._folder.is_dir() else []
        return (release for found in ids if (release := self.find(found)))

    def _file(self, release_id: str) -> Path:
        return self._folder / release_id / "release.json"


def _reason(error: OSError | ValidationError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    found = error.errors(include_url=False, include_context=False, include_input=False)
    unknown = [".".join(map(str, each["loc"])) for each in found if each["type"] == "extra_forbidden"]
    if len(unknown) < len(found):
        return "it is damaged"
    return f"a newer bluegreen wrote it, with {', '.join(unknown)}, which this one does not know"
