"""The ledger: one SQLite file. nginx and the containers are right about what serves; this knows why."""

import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, replace

from bluegreen.ledger.opened import Opened
from bluegreen.ledger.records import (
    AuditRecord,
    Author,
    CommandRecord,
    DeploymentRecord,
    HookRecord,
    MoveRecord,
    ReleaseRecord,
    StepRecord,
)
from bluegreen.ledger.upkeep import TEXT, release_row
from bluegreen.model import ulid
from bluegreen.model.color import Color
from bluegreen.model.deployment import Deployment, Outcome, Request
from bluegreen.model.release import Release


class Ledger(Opened):
    """History and intent of one project. Every call raises LedgerError when the file can't be used."""

    def open(self, deployment: Deployment, why: Sequence[str], author: Author, now: float) -> None:
        """Write down a deployment and its releases before anything is done for it."""
        for move in deployment.moves:
            self.releases.keep(move.new)
        with self._write() as db:
            for move in deployment.moves:
                for release in filter(None, (move.old, move.new)):
                    db.execute("INSERT OR IGNORE INTO releases VALUES (?,?,?,?,?,?,?)", release_row(release))
            db.execute(
                "INSERT INTO deployments (id, verb, bake, direction, hold, preview, started_at, who, command,"
                " commit_id) VALUES (?,?,?,?,?,?,?,?,?,?)",
                (*_deployment_row(deployment), now, author.who, author.command, author.commit),
            )
            db.executemany("INSERT INTO moves VALUES (?,?,?,?,?,?,?)", _move_rows(deployment, why))

    def commit(self, deployment_id: str, now: float) -> None:
        """Record the cutover; the first record stays."""
        with self._write() as db:
            db.execute(
                "UPDATE deployments SET committed_at = coalesce(committed_at, ?) WHERE id = ?", (now, deployment_id)
            )

    def hold(self, deployment_id: str, now: float) -> None:
        """Record that a deployment waits for its promotion; the first record stays."""
        with self._write() as db:
            db.execute("UPDATE deployments SET held_at = coalesce(held_at, ?) WHERE id = ?", (now, deployment_id))

    def promote(self, deployment_id: str) -> None:
        """Record that a deployment waits no more; what was asked of it before is void."""
        with self._write() as db:
            db.execute("UPDATE deployments SET hold = 0 WHERE id = ?", (deployment_id,))
            db.execute("DELETE FROM requests WHERE deployment = ?", (deployment_id,))

    def turn(self, deployment_id: str, reason: str, now: float) -> None:
        """Record that a deployment goes back, and why."""
        with self._write() as db:
            db.execute(
                "UPDATE deployments SET direction = 'back', reason = ?, turned_at = ? WHERE id = ?",
                (reason[:TEXT], now, deployment_id),
            )

    def finish(self, deployment_id: str, outcome: Outcome, reason: str, now: float) -> None:
        """Close a deployment."""
        with self._write() as db:
            db.execute(
                "UPDATE deployments SET ended_at = ?, outcome = ?, reason = ? WHERE id = ?",
                (now, outcome, reason[:TEXT], deployment_id),
            )

    def step(self, deployment_id: str, record: StepRecord) -> int:
        """Record a step that starts; return its position."""
        with self._write() as db:
            ((position,),) = db.execute(
                "SELECT coalesce(max(position), 0) + 1 FROM steps WHERE deployment = ?", (deployment_id,)
            ).fetchall()
            db.execute(
                "INSERT INTO steps VALUES (?,?,?,?,?,?,?,?)",
                (deployment_id, position, *astuple(replace(record, detail=record.detail[:TEXT]))),
            )
        return int(position)

    def step_ended(self, deployment_id: str, position: int, record: StepRecord) -> None:
        """Record how a step ended."""
        with self._write() as db:
            db.execute(
                "UPDATE steps SET ended_at = ?, failed = ?, detail = ? WHERE deployment = ? AND position = ?",
                (record.ended_at, record.failed, record.detail[:TEXT], deployment_id, position),
            )

    def command_started(self, release: Release, now: float) -> int:
        """Record that a release command starts; return the number of this attempt, from 1."""
        with self._write() as db:
            ((attempt,),) = db.execute(
                "SELECT count(*) + 1 FROM release_commands WHERE release = ?", (release.id,)
            ).fetchall()
            db.execute(
                "INSERT INTO release_commands (release, attempt, started_at) VALUES (?,?,?)",
                (release.id, attempt, now),
            )
        return int(attempt)

    def command_ended(self, release: Release, attempt: int, status: int, output: str, now: float) -> None:
        """Record how a release command ended, with its output."""
        with self._write() as db:
            db.execute(
                "UPDATE release_commands SET ended_at = ?, status = ?, output = ? WHERE release = ? AND attempt = ?",
                (now, status, output, release.id, attempt),
            )

    def commands_done(self, deployment: Deployment) -> frozenset[str]:
        """Return those of the deployment's releases whose release command has succeeded."""
        rows = self._read("SELECT DISTINCT release FROM release_commands WHERE status = 0")
        return frozenset(str(row[0]) for row in rows) & {move.new.id for move in deployment.moves}

    def hook_ended(self, deployment_id: str, record: HookRecord) -> None:
        """Record how a hook ended."""
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO hooks VALUES (?,?,?,?,?)", (deployment_id, *astuple(record)))

    def hooks(self, deployment_id: str) -> tuple[HookRecord, ...]:
        """Return the hooks of a deployment that ended, in the order in which they did."""
        rows = self._read(
            "SELECT hook, ended_at, problem, output FROM hooks WHERE deployment = ? ORDER BY ended_at", deployment_id
        )
        return tuple(HookRecord(*row) for row in rows)

    def ask(self, deployment_id: str, request: Request, who: str, now: float) -> None:
        """Ask the run that works on a deployment to turn back."""
        with self._write() as db:
            db.execute("INSERT OR REPLACE INTO requests VALUES (?,?,?,?)", (deployment_id, request, who, now))

    def request(self, deployment_id: str) -> Request | None:
        """Return what was asked of a deployment."""
        rows = self._read("SELECT request FROM requests WHERE deployment = ?", deployment_id)
        return Request(rows[0][0]) if rows else None

    def audit(self, author: Author, event: str, now: float) -> None:
        """Add a line to the audit."""
        with self._write() as db:
            db.execute(
                "INSERT INTO audit VALUES (?,?,?,?,?)", (now, author.who, author.origin, author.command, event[:TEXT])
            )

    def audits(
        self, limit: int, since: float = 0.0, names: Callable[[str], bool] = lambda _command: True
    ) -> tuple[AuditRecord, ...]:
        """Return the newest lines of the audit, newest first, -1 for all; `names` chooses by the command."""
        # no more lines are read than are needed
        self._db.create_function("chosen", 1, names)
        rows = self._read(
            "SELECT at, who, origin, command, event FROM audit WHERE at >= ? AND chosen(command)"
            " ORDER BY at DESC, rowid DESC LIMIT ?",
            since,
            limit,
        )
        return tuple(AuditRecord(*row) for row in rows)

    def history(self, limit: int, service: str | None = None, since: float = 0.0) -> tuple[DeploymentRecord, ...]:
        """Return the newest deployments first: `limit` at most, -1 for all, begun since that Unix time."""
        rows = self._read(
            "SELECT id, verb, started_at, committed_at, ended_at, outcome, reason, who, command, commit_id,"
            " iif(held, held_at, NULL) FROM deployments WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC",
            json.dumps(self._chosen(limit, service, ulid.first(since))),
        )
        return tuple(
            replace(
                DeploymentRecord(*row),
                moves=self._moves(row[0]),
                steps=self.steps(row[0]),
                hooks=self.hooks(row[0]),
                release_commands=self._commands(row[0]),
                held_at=held,
            )
            for *row, held in rows
        )

    def _chosen(self, limit: int, service: str | None, first: str) -> list[str]:
        if service is None:
            rows = self._read("SELECT id FROM deployments WHERE id >= ? ORDER BY id DESC LIMIT ?", first, limit)
        else:
            rows = self._read(
                "SELECT deployment FROM moves WHERE service = ? AND deployment >= ? ORDER BY deployment DESC LIMIT ?",
                service,
                first,
                limit,
            )
        return [str(row[0]) for row in rows]

    def _moves(self, deployment_id: str) -> tuple[MoveRecord, ...]:
        rows = self._read(
            "SELECT m.service, m.old, m.new, m.color, m.why, o.image_ref, o.image_run, n.image_ref, n.image_run"
            " FROM moves m JOIN releases n ON n.id = m.new LEFT JOIN releases o ON o.id = m.old"
            " WHERE m.deployment = ? ORDER BY m.position",
            deployment_id,
        )
        return tuple(MoveRecord(*row) for row in rows)

    def _commands(self, deployment_id: str) -> tuple[CommandRecord, ...]:
        # a release that failed may be deployed again, and its command with it
        rows = self._read(
            "SELECT m.service, c.release, c.attempt, c.started_at, c.ended_at, c.status, c.output"
            " FROM moves m JOIN deployments d ON d.id = m.deployment JOIN release_commands c ON c.release = m.new"
            " WHERE m.deployment = ? AND c.started_at BETWEEN d.started_at AND ifnull(d.ended_at, c.started_at)"
            " ORDER BY c.started_at",
            deployment_id,
        )
        return tuple(CommandRecord(*row) for row in rows)

    def steps(self, deployment_id: str) -> tuple[StepRecord, ...]:
        """Return a deployment's steps in the order they began."""
        rows = self._read(
            "SELECT service, step, started_at, ended_at, failed, detail FROM steps"
            " WHERE deployment = ? ORDER BY position",
            deployment_id,
        )
        return tuple(replace(StepRecord(*row), failed=bool(row[4])) for row in rows)

    def last_services(self) -> tuple[str, ...]:
        """Return the services that the last successful deployment moved."""
        rows = self._read(
            "SELECT service FROM moves WHERE deployment = (SELECT id FROM deployments WHERE outcome IN (?, ?)"
            " ORDER BY committed_at DESC, id DESC LIMIT 1) ORDER BY position",
            Outcome.DEPLOYED,
            Outcome.STUCK,
        )
        return tuple(str(row[0]) for row in rows)

    def releases_ending(self, text: str) -> tuple[str, ...]:
        """Return the ids of releases that end in `text`."""
        rows = self._read("SELECT id FROM releases WHERE substr(id, -length(?1)) = upper(?1)", text)
        return tuple(str(row[0]) for row in rows)

    def release(self, release_id: str) -> ReleaseRecord:
        """Tell of a release, its copy may be gone."""
        (row,) = self._read(
            "SELECT id, service, image_ref, image_run, spec_hash, commit_id, created_at FROM releases WHERE id = ?",
            release_id,
        )
        return ReleaseRecord(*row)

    def ended(self, deployment_id: str) -> tuple[Outcome, str] | None:
        """Return how a deployment ended, None while it is under way."""
        rows = self._read(
            "SELECT outcome, reason FROM deployments WHERE id = ? AND ended_at IS NOT NULL", deployment_id
        )
        return (Outcome(rows[0][0]), rows[0][1]) if rows else None

    def same_release(self, release: Release) -> str | None:
        """Return the newest id under which this image, configuration and commit are known already."""
        rows = self._read(
            "SELECT id FROM releases WHERE service = ? AND image_run = ? AND spec_hash = ? AND commit_id = ?"
            " ORDER BY id DESC",
            release.name,
            release.image.run,
            release.spec_hash,
            release.commit,
        )
        known = (self.releases.find(str(row[0])) for row in rows)
        return next((found.id for found in known if found and found.configured_as(release)), None)

    def last_moved(self, service: str) -> tuple[str, Color] | None:
        """Return the release and color of the last deployment of a service; None if it was left to a person."""
        rows = self._read(
            "SELECT m.new, m.color, d.outcome FROM moves m JOIN deployments d ON d.id = m.deployment"
            " WHERE m.service = ? AND d.outcome IN (?, ?) ORDER BY m.deployment DESC LIMIT 1",
            service,
            Outcome.DEPLOYED,
            Outcome.STUCK,
        )
        known = [(str(new), Color(color)) for new, color, outcome in rows if outcome == Outcome.DEPLOYED]
        return known[0] if known else None


def _deployment_row(deployment: Deployment) -> tuple[object, ...]:
    d = deployment
    return d.id, d.verb, d.bake, d.direction, d.hold, d.preview


def _move_rows(deployment: Deployment, why: Sequence[str]) -> list[tuple[object, ...]]:
    return [
        (deployment.id, position, m.service, m.old.id if m.old else None, m.new.id, m.color, reason)
        for position, (m, reason) in enumerate(zip(deployment.moves, why, strict=True))
    ]
