"""diff: what differs between two releases."""

from dataclasses import asdict
from typing import Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json

EXAMPLES = (
    ("bluegreen diff 9QW8XZ ZJNCN2", "two releases that `bluegreen history` shows so, the older one first"),
    ("bluegreen diff 9QW8XZ ZJNCN2 --json", "for a program"),
)


def diff(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="RELEASE", help="A release's id, or the end of it.")],
    new: Annotated[str, typer.Argument(metavar="RELEASE", help="Another release of the same service.")],
    *,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Show what differs between two releases of a service.

    Image, digest, keys of the configuration, commits. Values of the configuration are not shown.
    """
    from bluegreen.cli.show.diff import diff_text
    from bluegreen.deploy.diff import diff as work

    found = work(ctx.obj.open(file, env), old, new)
    if ctx.obj.json:
        output.document(asdict(found))
    else:
        output.say(diff_text(found, output.width()))
    return 0
