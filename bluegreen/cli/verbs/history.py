"""history: what was deployed when, by whom."""

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json, Limit, OfService, Since, most

EXAMPLES = (
    ("bluegreen history", "the last 20 deployments"),
    ("bluegreen history --service shop-server --limit 5", "one service's last five"),
    ("bluegreen history --since 7d", "all of the last week"),
)


def history(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    service: OfService = None,
    since: Since = None,
    limit: Limit = None,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Show past deployments, the newest first.

    A release is shown by the end of its id, which `bluegreen rollback --to` takes.
    """
    from bluegreen.cli.choice import refuse_unknown
    from bluegreen.cli.show.history import history_json, history_text

    workspace = ctx.obj.open(file, env)
    refuse_unknown(workspace, service)
    records = workspace.ledger.history(most(limit, since), service, since or 0.0)
    if ctx.obj.json:
        output.document(history_json(records))
    else:
        output.say(history_text(records, output.width()))
    return 0
