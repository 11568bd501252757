"""How nginx's configurations were written: who changes one by hand changes a file, and not this."""

from bluegreen.ledger.database import Database

GENERATIONS = 100
"""How many stay: far more than lie on the disk."""


class Sealed(Database):
    """Implements `bluegreen.model.ports.Seals`."""

    def seal(self, generation: int, manifest: str) -> None:
        """Write a manifest down; a number comes twice only where nginx's directory was lost."""
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO generations VALUES (?,?)", (generation, manifest))
            db.execute("DELETE FROM generations WHERE number <= ?", (generation - GENERATIONS,))

    def sealed(self, generation: int) -> str:
        """Return a generation's manifest, "" where it is not known."""
        rows = self._read("SELECT manifest FROM generations WHERE number = ?", generation)
        return str(rows[0][0]) if rows else ""
