"""Deployments of the past."""

from collections.abc import Sequence
from dataclasses import asdict

from bluegreen.cli import words
from bluegreen.cli.show.steps import steps_json
from bluegreen.cli.table import Column, Row, table
from bluegreen.ledger.records import DeploymentRecord

COLUMNS = (
    Column("TIME"),
    Column("ID"),
    Column("VERB"),
    Column("WHO", narrow="end"),
    Column("OUTCOME"),
    Column("TOOK"),
    Column("SERVICE"),
    Column("RELEASE"),
    Column("REASON", narrow="wrap"),
)


def history_text(records: Sequence[DeploymentRecord], width: int | None) -> str:
    """Lay deployments out, the newest first."""
    return table(COLUMNS, [_row(record) for record in records], width) if records else "No deployments."


def history_json(records: Sequence[DeploymentRecord]) -> dict[str, object]:
    """Return deployments as a JSON object."""
    return {"deployments": [asdict(record) | {"steps": steps_json(record.steps)} for record in records]}


def _row(record: DeploymentRecord) -> Row:
    took = words.seconds(record.ended_at - record.started_at) if record.ended_at else ""
    return (
        words.moment(record.started_at),
        words.short(record.id),
        record.verb,
        record.who,
        record.outcome or ("held" if record.held_at else "unfinished"),
        took,
        "\n".join(move.service for move in record.moves),
        "\n".join(f"{words.short(move.old) or 'none'} → {words.short(move.new)}" for move in record.moves),
        record.reason,
    )
