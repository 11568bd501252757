"""What serves, and what does not fit together."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bluegreen.cli import words
from bluegreen.cli.show.held import held_lines
from bluegreen.cli.table import Column, table

if TYPE_CHECKING:
    from bluegreen.deploy.status import Status

COLUMNS = (
    Column("SERVICE"),
    Column("KIND"),
    Column("STATE"),
    Column("COLOR"),
    Column("RELEASE"),
    Column("IMAGE", narrow="start"),
    Column("DIGEST"),
    Column("COMMIT"),
)
COMMIT_LENGTH = 10


def status_text(status: "Status", width: int | None) -> str:
    """Lay a status out: the project, a row per service, then whatever needs attention."""
    return "\n".join([_heading(status), "", serving_table(status, width), *_attention(status)])


def serving_table(status: "Status", width: int | None) -> str:
    """Lay out what serves, a row per service."""
    rows = [
        (s.service, s.kind, s.state, s.color, words.short(s.release), s.image, s.digest, s.commit[:COMMIT_LENGTH])
        for s in status.services
    ]
    return table(COLUMNS, rows, width)


def _heading(status: "Status") -> str:
    environment = f" ({status.environment})" if status.environment else ""
    proxy = "nginx does not answer" if status.generation is None else f"nginx serves generation {status.generation}"
    return f"{status.project}{environment}: {proxy}"


def _attention(status: "Status") -> Iterator[str]:
    lines = [line for held in status.held for line in held_lines(held)]
    lines += [f"drift: {line}" for line in status.drift]
    if status.unfinished and not status.under_way:
        lines.append(
            f"unfinished: deployment {status.unfinished}; the next `bluegreen deploy` finishes or undoes it, "
            "`bluegreen abort` or, after its cutover, `bluegreen rollback` undoes it"
        )
    if status.under_way:
        lines.append(f"under way: {status.under_way}")
    if lines:
        yield ""
    yield from lines
