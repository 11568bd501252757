"""history: what was deployed when, by whom."""

from typing import Annotated

import typer

from bluegreen.cli import completion, output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json

EXAMPLES = (
    ("bluegreen history", "the last 20 deployments"),
    ("bluegreen history --service shop-server --limit 5", "one service's last five"),
)


def history(
    ctx: typer.Context,
    *,
    service: Annotated[
        str | None,
        typer.Option(metavar="SERVICE", help="Only deployments of this one.", autocompletion=completion.services),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, help="How many at most.")] = 20,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Show past deployments, the newest first.

    A release is shown by the end of its id, which `bluegreen rollback --to` takes.
    """
    from bluegreen.cli.show.history import history_json, history_text

    records = ctx.obj.open(file, env).ledger.history(limit, service)
    if ctx.obj.json:
        output.document(history_json(records))
    else:
        output.say(history_text(records, output.width()))
    return 0
