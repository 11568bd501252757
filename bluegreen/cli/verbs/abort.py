"""abort: call a deployment off."""

import typer

from bluegreen.cli.options import SERVICES_FILE, Chosen, Env, File, Json, Summary

EXAMPLES = (
    ("bluegreen abort", "undo the deployment that is under way, or held"),
    ("bluegreen abort shop-server", "where several deployments are held"),
    ("bluegreen abort --env production", "in this environment"),
)


def abort(
    ctx: typer.Context,
    services: Chosen = None,
    *,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
    _summary: Summary = None,
) -> int:
    """Undo a deployment that has not moved the traffic, or is held.

    Whoever works on it is asked to turn back; where nobody does any more, this command does it.
    """
    from bluegreen.cli.closing import close
    from bluegreen.cli.progress import progress
    from bluegreen.deploy.rollback import abort as work

    workspace = ctx.obj.open(file, env, changes=True)
    with progress() as reporter:
        report = work(workspace, services or (), reporter)
    return close(ctx.obj, report)
