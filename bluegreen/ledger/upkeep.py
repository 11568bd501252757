"""What keeps the ledger small: facts stay, bulky text and copies of releases are bounded."""

import json
from collections.abc import Iterable, Mapping

from bluegreen.ledger.sealed import Sealed
from bluegreen.model.deployment import Outcome, Verb
from bluegreen.model.release import Release

COPIES = 50
"""Releases of each service whose copies stay, to be named in `rollback --to`."""
OUTPUTS = 50
"""Release commands, and hooks, whose output stays."""
AUDITS = 50_000
"""Lines of the audit."""
STEPS = 1_000
"""Deployments whose steps stay."""
TEXT = 4000
"""Characters of one reason, detail or event."""
_WAY_BACK = 1000
"""Moves of a service that are looked at for the way back."""


class Upkeep(Sealed):
    """The part of the ledger that says what may be forgotten, and forgets."""

    def know(self, releases: Iterable[Release]) -> None:
        """Write releases down before their images are pulled: what is here because of us is always known."""
        with self._write() as db:
            db.executemany("INSERT OR IGNORE INTO releases VALUES (?,?,?,?,?,?,?)", map(release_row, releases))

    def moves_of(self, service: str) -> tuple[tuple[Verb, str], ...]:
        """Return a service's last successful deployments, oldest first, with the release each moved to."""
        rows = self._read(
            "SELECT d.verb, m.new FROM moves m JOIN deployments d ON d.id = m.deployment"
            " WHERE m.service = ? AND d.outcome = ? ORDER BY m.deployment DESC LIMIT ?",
            service,
            Outcome.DEPLOYED,
            _WAY_BACK,
        )
        return tuple((Verb(verb), str(release)) for verb, release in reversed(rows))

    def images_of(self, releases: Iterable[str]) -> frozenset[str]:
        """Return what these releases run."""
        rows = self._read(
            "SELECT image_run FROM releases WHERE id IN (SELECT value FROM json_each(?))", json.dumps([*releases])
        )
        return frozenset(str(row[0]) for row in rows)

    def deployed_as(self, runs: Iterable[str]) -> Mapping[str, frozenset[str]]:
        """Return, for those of these images that were ever deployed, the names by which they were asked for."""
        rows = self._read(
            "SELECT DISTINCT image_run, image_ref FROM releases WHERE image_run IN (SELECT value FROM json_each(?))",
            json.dumps([*runs]),
        )
        return {run: frozenset(ref for each, ref in rows if each == run) for run, _ in rows}

    def trim(self, needed: frozenset[str]) -> None:
        """Forget what is bulky and old: copies of releases but the `needed` and the last ones, output, steps, audit."""
        self.releases.prune(needed | self._last_releases())
        with self._write() as db:
            db.execute(
                "UPDATE release_commands SET output = '' WHERE output != '' AND started_at <"
                " (SELECT started_at FROM release_commands ORDER BY started_at DESC LIMIT 1 OFFSET ?)",
                (OUTPUTS - 1,),
            )
            db.execute(
                "UPDATE hooks SET output = '' WHERE output != '' AND ended_at <"
                " (SELECT ended_at FROM hooks ORDER BY ended_at DESC LIMIT 1 OFFSET ?)",
                (OUTPUTS - 1,),
            )
            db.execute(
                "DELETE FROM steps WHERE deployment < (SELECT id FROM deployments ORDER BY id DESC LIMIT 1 OFFSET ?)",
                (STEPS - 1,),
            )
            db.execute("DELETE FROM audit WHERE rowid <= (SELECT max(rowid) FROM audit) - ?", (AUDITS,))

    def _last_releases(self) -> frozenset[str]:
        rows = self._read(
            "SELECT DISTINCT m.new FROM (SELECT DISTINCT service FROM moves) s JOIN moves m ON m.service = s.service"
            " AND m.deployment IN (SELECT deployment FROM moves"
            " WHERE service = s.service ORDER BY deployment DESC LIMIT ?)",
            COPIES,
        )
        return frozenset(str(row[0]) for row in rows)


def release_row(release: Release) -> tuple[object, ...]:
    """Return a release as its table has it."""
    image = release.image
    return release.id, release.name, image.ref, image.run, release.spec_hash, release.commit, release.created_at
