"""rollback: the way back, by the same path."""

from typing import Annotated

import typer

from bluegreen.cli.options import SERVICES_FILE, Bake, Env, File, Json, RolledBack, Summary, Timings, WaitLock

EXAMPLES = (
    ("bluegreen rollback", "undo the last deployment"),
    ("bluegreen rollback shop-server", "one service, to its previous release"),
    ("bluegreen rollback --to 9QW8XZ", "the release that `bluegreen history` shows so"),
)


def rollback(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    services: RolledBack = None,
    *,
    to: Annotated[
        str, typer.Option(metavar="RELEASE", help="The release's id, or the end of it.", show_default=False)
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Also across a release marked reversible: false.")] = False,
    bake: Bake = None,
    wait_lock: WaitLock = None,
    timings: Timings = False,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
    _summary: Summary = None,
) -> int:
    """Go back to the previous release.

    Image, environment and configuration go back together. A deployment that is not over is turned back at once.
    """
    from bluegreen.cli.closing import close
    from bluegreen.cli.progress import progress
    from bluegreen.deploy.rollback import RollbackOptions
    from bluegreen.deploy.rollback import rollback as work

    options = RollbackOptions(services or (), to, bake, wait_lock or 0.0, force)
    workspace = ctx.obj.open(file, env, changes=True)
    with progress() as reporter:
        report = work(workspace, options, reporter)
    return close(ctx.obj, report, timings=timings)
