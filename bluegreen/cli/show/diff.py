"""What differs between two releases."""

from collections.abc import Iterator

from bluegreen.cli import words
from bluegreen.cli.show.status import COMMIT_LENGTH
from bluegreen.cli.table import Column, table
from bluegreen.decide.plan import short
from bluegreen.deploy.commits import Commits
from bluegreen.deploy.diff import Difference, Side

COLUMNS = (
    Column(""),
    Column("RELEASE"),
    Column("MADE"),
    Column("IMAGE", narrow="start"),
    Column("DIGEST"),
    Column("COMMIT"),
)


def diff_text(found: Difference, width: int | None) -> str:
    """Lay a difference out: both releases, then what of the configuration differs, and the commits between."""
    rows = [_row("old", found.old), _row("new", found.new)]
    return "\n".join(
        [f"{found.service}:", table(COLUMNS, rows, width), "", *_configuration(found), *_commits(found.commits)]
    )


def _row(which: str, side: Side) -> tuple[str, ...]:
    made = words.moment(side.created_at)
    return which, words.short(side.release), made, side.image, short(side.digest), side.commit[:COMMIT_LENGTH]


def _configuration(found: Difference) -> Iterator[str]:
    if found.unknown:
        yield f"configuration: {'another' if found.configuration else 'the same'}; no more can be told: {found.unknown}"
    elif not found.keys:
        yield "configuration: the same"
    else:
        yield "configuration:"
        yield from (f"  {each.key} {each.change}" for each in found.keys)


def _commits(found: Commits | None) -> Iterator[str]:
    if found is None:
        yield "commits: the same"
    elif found.unknown:
        yield f"commits: {found.unknown}"
    else:
        yield "commits:"
        yield from (f"  + {each.hash[:COMMIT_LENGTH]} {each.subject}" for each in found.way.added)
        yield from (f"  - {each.hash[:COMMIT_LENGTH]} {each.subject}" for each in found.way.taken_back)
        if found.way.left_out:
            yield f"  and {found.way.left_out} more"
