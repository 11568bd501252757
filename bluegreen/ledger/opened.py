"""The deployments that have not ended: under way, left by an earlier run, or held."""

from dataclasses import replace

from bluegreen.ledger.rebuilt import Rebuilt
from bluegreen.model.color import Color
from bluegreen.model.deployment import Deployment, Direction, Move, Stranded, Verb
from bluegreen.model.errors import LedgerError


class Opened(Rebuilt):
    """The part of the ledger that says what there is to go on with."""

    def unfinished(self) -> Deployment | None:
        """Return the deployment that is under way or that an earlier run left, if any; not one that is held.

        Raises LedgerError where a release of it can't be read: nobody can go on with it, or beside it.
        """
        left = self._left()
        if isinstance(left, Stranded):
            raise hopeless(left)
        return left

    def find_unfinished(self) -> Deployment | None:
        """Return the same, or None where it can't be read."""
        left = self._left()
        return left if isinstance(left, Deployment) else None

    def held(self) -> tuple[Deployment, ...]:
        """Return the deployments that wait for their promotion and can be read, oldest first."""
        return tuple(each for each in self._open(held=True) if isinstance(each, Deployment))

    def stranded(self) -> tuple[Stranded, ...]:
        """Return those, held or not, of which a release can't be read."""
        found = (*self._open(held=False), *self._open(held=True))
        return tuple(each for each in found if isinstance(each, Stranded))

    def refresh(self, deployment: Deployment) -> Deployment:
        """Return the deployment with its progress as it is written now."""
        ((direction, reason, committed, turned, hold, held),) = self._read(
            "SELECT direction, reason, committed_at, turned_at, hold, held_at FROM deployments WHERE id = ?",
            deployment.id,
        )
        return replace(
            deployment,
            direction=Direction(direction),
            reason=reason,
            committed_at=committed,
            turned_at=turned,
            hold=bool(hold),
            held_at=held,
        )

    def _left(self) -> Deployment | Stranded | None:
        return next(reversed(self._open(held=False)), None)

    def _open(self, *, held: bool) -> list[Deployment | Stranded]:
        rows = self._read("SELECT id FROM deployments WHERE ended_at IS NULL AND held = ? ORDER BY id", held)
        return [self._deployment(str(row[0])) for row in rows]

    def _deployment(self, deployment_id: str) -> Deployment | Stranded:
        ((verb, bake, preview),) = self._read("SELECT verb, bake, preview FROM deployments WHERE id = ?", deployment_id)
        found = self.refresh(Deployment(deployment_id, Verb(verb), (), bake, preview=preview))
        rows = self._read(
            "SELECT service, old, new, color FROM moves WHERE deployment = ? ORDER BY position", deployment_id
        )
        try:
            return replace(found, moves=tuple(self._move(*row) for _, *row in rows))
        except LedgerError as error:
            services = tuple(str(row[0]) for row in rows)
            return Stranded(deployment_id, services, error.message, found.committed_at is not None)

    def _move(self, old: str | None, new: str, color: str) -> Move:
        return Move(self.releases.find(old) if old else None, self.releases.read(new), Color(color))


def hopeless(stranded: Stranded) -> LedgerError:
    """Return the refusal to go on with a deployment that is stranded."""
    return LedgerError(
        str(stranded),
        "bring the file back; or: bluegreen doctor --fix closes it, what serves goes on, and no file is removed",
    )
