"""proxy up, proxy show: nginx itself."""

from typing import Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, WaitLock

UP_EXAMPLES = (
    ("bluegreen proxy up", "create or start it, or bring it up to date"),
    ("bluegreen proxy up --replace", "after a new web service, port or image"),
)
SHOW_EXAMPLES = (
    ("bluegreen proxy show", "what nginx serves by now"),
    ("bluegreen proxy show | grep -n server_name", "the hosts"),
)


def up(
    ctx: typer.Context,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Make the container anew if need be; 1 to 6 s without connections.")
    ] = False,
    wait_lock: WaitLock = None,
    file: File = SERVICES_FILE,
    env: Env = None,
) -> int:
    """Have nginx run, with the configuration that services.yaml asks for.

    The first deployment does the same by itself. Another image or port, or a new web service's canonical name, needs
    a new container: --replace makes it once its image has passed the configuration, and connections are refused for
    1 to 2 s, about 6 where WebSockets or streams are open. If the new one does not start, the one before does again.
    """
    from bluegreen.deploy.proxying import proxy_up

    generation = proxy_up(ctx.obj.open(file, env, changes=True), wait_lock or 0.0, replace=replace)
    output.say(f"nginx serves generation {generation}")
    return 0


def show(ctx: typer.Context, *, file: File = SERVICES_FILE, env: Env = None) -> int:
    """Print the nginx configuration that serves."""
    from bluegreen.deploy.proxying import proxy_show

    output.say(proxy_show(ctx.obj.open(file, env)))
    return 0
