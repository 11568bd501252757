"""promote: let what is held take over."""

from typing import Annotated

import typer

from bluegreen.cli.options import SERVICES_FILE, Chosen, Env, File, Json, Summary, Timings, WaitLock

EXAMPLES = (
    ("bluegreen promote", "after `bluegreen deploy --hold`"),
    ("bluegreen promote shop-server", "where several deployments are held"),
)


def promote(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    services: Chosen = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Go on though memory is short.")] = False,
    wait_lock: WaitLock = None,
    timings: Timings = False,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
    _summary: Summary = None,
) -> int:
    """Move the traffic to a deployment that is held.

    Its new releases must still be healthy. From there it goes on as every deployment: the cutover, the watch, the end
    of the old releases.
    """
    from bluegreen.cli.closing import close
    from bluegreen.cli.progress import progress
    from bluegreen.deploy.hold import promote as work

    workspace = ctx.obj.open(file, env, changes=True)
    with progress() as reporter:
        report = work(workspace, services or (), wait_lock or 0.0, reporter, tight=force)
    return close(ctx.obj, report, timings=timings)
