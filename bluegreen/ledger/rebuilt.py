"""What a ledger can be told anew after it was lost, and what it can be asked about its own state."""

from bluegreen.ledger.records import Author
from bluegreen.ledger.upkeep import Upkeep
from bluegreen.model.deployment import Deployment, Outcome
from bluegreen.model.units import seconds

KILLED = "killed after"
"""The step that records, with the grace period, that containers did not end by themselves."""
REBUILT = "rebuilt by bluegreen doctor"


class Rebuilt(Upkeep):
    """History from what serves; of how it came about nothing is known."""

    def newest(self) -> float:
        """Return the newest time that is written down, a Unix time; 0 where there is none."""
        ((newest,),) = self._read(
            "SELECT max(coalesce((SELECT max(at) FROM audit), 0),"
            " coalesce((SELECT max(max(started_at, coalesce(ended_at, 0))) FROM deployments), 0))"
        )
        return float(newest)

    def knows(self, deployment_id: str) -> bool:
        """Whether a deployment is written down."""
        return bool(self._read("SELECT 1 FROM deployments WHERE id = ?", deployment_id))

    def last_killed(self, service: str) -> tuple[float, float] | None:
        """Return when a service's containers were last stopped, and their grace period, if they had to be killed."""
        rows = self._read(
            "SELECT started_at, detail FROM steps WHERE step = ?1 AND service = ?2 AND deployment ="
            " (SELECT max(deployment) FROM steps WHERE service = ?2 AND step IN ('retire', 'stop'))",
            KILLED,
            service,
        )
        return (rows[0][0], seconds(rows[0][1])) if rows else None

    def adopt(self, deployment: Deployment, author: Author, now: float, why: str = REBUILT) -> None:
        """Write down a deployment that must have been, since what it moved serves, with all releases on disk."""
        self.know([*self.releases.all(), *(move.new for move in deployment.moves)])
        with self._write() as db:
            db.execute(
                "INSERT INTO deployments (id, verb, bake, direction, reason, started_at, committed_at, ended_at,"
                " outcome, who, command, commit_id) VALUES (?1,?2,?3,?4,?5,?6,?6,?6,?7,?8,?9,'')",
                (
                    *(deployment.id, deployment.verb, deployment.bake, deployment.direction, why, now),
                    *(Outcome.DEPLOYED, author.who, author.command),
                ),
            )
            for position, move in enumerate(deployment.moves):
                row = (deployment.id, position, move.service, None, move.new.id, move.color, why)
                db.execute("INSERT INTO moves VALUES (?,?,?,?,?,?,?)", row)
                # it serves, so its release command has succeeded
                db.execute("INSERT OR IGNORE INTO release_commands VALUES (?1,1,?2,?2,0,?3)", (move.new.id, now, why))
