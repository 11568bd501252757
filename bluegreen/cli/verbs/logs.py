"""logs: what a service prints."""

from typing import Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Service

EXAMPLES = (
    ("bluegreen logs shop-server", "the last 100 lines of each container that serves"),
    ("bluegreen logs shop-server --tail 20 --follow", "and whatever comes"),
)


def logs(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    service: Service,
    *,
    tail: Annotated[int, typer.Option(metavar="N", min=0, help="Lines of the past, per container.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", help="Go on as lines come, until Ctrl-C.")] = False,
    file: File = SERVICES_FILE,
    env: Env = None,
) -> int:
    """Print the log of a service.

    Shows all containers of the color that serves, each line behind its container's name.
    """
    from bluegreen.deploy.logs import lines

    for line in lines(ctx.obj.open(file, env), service, tail, follow=follow):
        if not output.say(line):
            break
    return 0
