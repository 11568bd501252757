"""deploy: the main job."""

from typing import Annotated

import typer

from bluegreen.cli.options import (
    SERVICES_FILE,
    Bake,
    Commit,
    Env,
    File,
    Force,
    Images,
    Json,
    Ref,
    Services,
    Summary,
    Tag,
    Timings,
    WaitLock,
)
from bluegreen.cli.verbs.plan import preview

EXAMPLES = (
    ("bluegreen deploy", "whatever changed"),
    ("bluegreen deploy shop-server --tag 1.4.2", "one service, this tag"),
    ("bluegreen deploy --image shop-server=acme/shop:1.4.2", "this image"),
    ("bluegreen deploy --dry-run", "only say what would be done"),
    ("bluegreen deploy --env production --wait-lock 5m", "after what is under way"),
    ("bluegreen deploy --bake 2m", "watch for two minutes"),
    ('bluegreen deploy --override "hotfix, see #42"', "against the release policy, with the reason"),
    ("bluegreen deploy --summary summary.md", "and say in Markdown what was done"),
    ("bluegreen deploy --hold", "stop before the cutover; `bluegreen promote` goes on"),
)


def deploy(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    services: Services = None,
    *,
    image: Images = None,
    tag: Tag = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; touch nothing.")] = False,
    force: Force = False,
    hold: Annotated[bool, typer.Option("--hold", help="Stop before the cutover, with a preview.")] = False,
    ref: Ref = "",
    commit: Commit = "",
    override: Annotated[
        str, typer.Option(metavar="REASON", help="Deploy against the release policy, and why.", show_default=False)
    ] = "",
    bake: Bake = None,
    wait_lock: WaitLock = None,
    timings: Timings = False,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
    _summary: Summary = None,
) -> int:
    """Move the traffic to new releases.

    Starts the new release of every service that changed, waits until all are healthy, and moves the traffic to them
    at once. The old releases stay warm for a while: if a new one fails meanwhile, the traffic goes back by itself.
    """
    from bluegreen.cli.choice import image_choice
    from bluegreen.cli.closing import close
    from bluegreen.cli.progress import progress
    from bluegreen.deploy.deploy import DeployOptions
    from bluegreen.deploy.deploy import deploy as work
    from bluegreen.deploy.permission import Purpose

    purpose = Purpose(ref, commit, override)
    choice = image_choice(image or (), tag)
    options = DeployOptions(services or (), choice, force, bake, wait_lock or 0.0, hold, purpose)
    if dry_run:
        return preview(ctx.obj, options, file, env)
    workspace = ctx.obj.open(file, env, changes=True)
    with progress() as reporter:
        report = work(workspace, options, reporter)
    return close(ctx.obj, report, timings=timings)
