"""init: a first services.yaml."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, File, Json
from bluegreen.cli.words import counted

EXAMPLES = (
    ("bluegreen init", "from compose.yaml here"),
    ("bluegreen init --compose compose.yaml --compose compose.prod.yaml", "from several Compose files"),
    ("bluegreen init --container shop-db --container shop-server", "from what docker run has started"),
)


def init(
    ctx: typer.Context,
    *,
    compose: Annotated[
        list[Path] | None, typer.Option("--compose", metavar="FILE", help="A Compose file. May be repeated.")
    ] = None,
    container: Annotated[
        list[str] | None, typer.Option("--container", metavar="NAME", help="A running container. May be repeated.")
    ] = None,
    file: File = SERVICES_FILE,
    _json: Json = False,
) -> int:
    """Draft services.yaml from Compose files or running containers.

    The draft passes `check`. Secrets go into env files that only you can read. Nothing that is there is overwritten.
    """
    from bluegreen.deploy.init import init as work

    written = work(file, tuple(compose or ()), tuple(container or ()))
    if ctx.obj.json:
        output.document(asdict(written))
        return 0
    output.say(f"{written.file}: {', '.join(written.services)}")
    for name in written.env_files:
        output.say(f"{name}: secrets, for you alone; never commit it")
    output.say(f"{counted(written.reviews, 'line')} to review: grep -n REVIEW {written.file}")
    output.say(f"Next: {ctx.obj.command('check')}; {ctx.obj.command('plan')}")
    return 0
