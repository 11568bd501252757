"""audit: who ran what, and how it ended."""

from typing import Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json

EXAMPLES = (
    ("bluegreen audit", "the last 20 lines"),
    ("bluegreen audit --limit 200 --json", "more of them, for a program"),
)


def audit(
    ctx: typer.Context,
    *,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many lines at most.")] = 20,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Show the commands that may have changed something, the newest first.

    Each has a line for its begin and one for its end: one that was killed has no end.
    """
    from bluegreen.cli.show.audit import audit_json, audit_text

    records = ctx.obj.open(file, env).ledger.audits(limit)
    if ctx.obj.json:
        output.document(audit_json(records))
    else:
        output.say(audit_text(records, output.width()))
    return 0
