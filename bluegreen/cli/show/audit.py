"""The audit's lines."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict

from bluegreen.cli import words
from bluegreen.cli.table import Column, table
from bluegreen.ledger.records import AuditRecord

COLUMNS = (
    Column("TIME"),
    Column("WHO", narrow="end"),
    Column("FROM"),
    Column("EVENT", narrow="wrap"),
    Column("COMMAND", narrow="wrap"),
)


def concerning(service: str | None, known: Collection[str]) -> Callable[[str], bool]:
    """Choose commands that name a service, or none of those `known`: they may mean all; without one, all."""
    others = set(known) - {service} if service else set()

    def chosen(command: str) -> bool:
        words = set(command.replace("=", " ").split())
        return service in words or not others & words

    return chosen


def audit_text(records: Sequence[AuditRecord], width: int | None) -> str:
    """Lay the audit out, the newest first."""
    rows = [(words.moment(r.at), r.who, r.origin, r.event, r.command) for r in records]
    return table(COLUMNS, rows, width) if rows else "Nothing yet."


def audit_json(records: Sequence[AuditRecord]) -> dict[str, object]:
    """Return the audit as a JSON object."""
    return {"audit": [asdict(record) for record in records]}
