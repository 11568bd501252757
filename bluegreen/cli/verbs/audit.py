"""audit: who ran what, and how it ended."""

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json, Limit, OfService, Since, most

EXAMPLES = (
    ("bluegreen audit", "the last 20 lines"),
    ("bluegreen audit --limit 200 --json", "more of them, for a program"),
    ("bluegreen audit --service shop-server --since 2026-11-01", "what may have moved one service since then"),
)


def audit(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    service: OfService = None,
    since: Since = None,
    limit: Limit = None,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Show commands that may have changed something, newest first.

    Each has a line for its begin and one for its end: one that was killed has no end. With --service, commands that
    name other services alone are left out.
    """
    from bluegreen.cli.choice import refuse_unknown
    from bluegreen.cli.show.audit import audit_json, audit_text, concerning

    workspace = ctx.obj.open(file, env)
    refuse_unknown(workspace, service)
    chosen = concerning(service, workspace.project.services)
    records = workspace.ledger.audits(most(limit, since), since or 0.0, chosen)
    if ctx.obj.json:
        output.document(audit_json(records))
    else:
        output.say(audit_text(records, output.width()))
    return 0
