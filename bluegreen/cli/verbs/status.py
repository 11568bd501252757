"""status: what serves now."""

from dataclasses import asdict

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json

EXAMPLES = (
    ("bluegreen status", "what serves, and what does not fit together"),
    ("bluegreen status --json | jq '.services[] | {service, color}'", "for a program"),
)


def status(ctx: typer.Context, *, file: File = SERVICES_FILE, env: Env = None, _json: Json = False) -> int:
    """Show what serves now.

    Compares what the ledger, the containers and nginx say, and shows where they differ. Ends with status 0 whatever it
    sees; for monitoring there is `bluegreen doctor`.
    """
    from bluegreen.cli.show.status import status_text
    from bluegreen.deploy.status import status as look

    found = look(ctx.obj.open(file, env))
    if ctx.obj.json:
        output.document(asdict(found))
    else:
        output.say(status_text(found, output.width()))
    return 0
