"""down: away with what `up` made."""

from dataclasses import asdict
from typing import Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json, WaitLock
from bluegreen.cli.words import counted

EXAMPLES = (
    ("bluegreen down --env prod-sim", "containers, network and state; volumes stay"),
    ("bluegreen down --env prod-sim --volumes", "the data, too"),
)


def down(
    ctx: typer.Context,
    *,
    volumes: Annotated[bool, typer.Option("--volumes", help="Remove the volumes, too: all data is gone.")] = False,
    wait_lock: WaitLock = None,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Remove a disposable environment.

    Exactly what `up` made: containers, the proxy, the network, the state directory, and with --volumes the volumes.
    """
    from bluegreen.config.load import load
    from bluegreen.deploy.down import down as work
    from bluegreen.deploy.up import require_disposable

    require_disposable(load(file, env))
    removed = work(ctx.obj.open(file, env), wait_lock or 0.0, volumes=volumes)
    if ctx.obj.json:
        output.document(asdict(removed))
        return 0
    what = [counted(len(removed.containers), "container")]
    what += [f"the network {removed.network}"] if removed.network else []
    what += [counted(len(removed.volumes), "volume")] if removed.volumes else []
    output.say(f"removed: {', '.join(what)}")
    if removed.kept_volumes:
        output.say(f"kept, until --volumes: {', '.join(removed.kept_volumes)}")
    return 0
