"""up: the whole topology on a developer's machine or a CI runner."""

import typer

from bluegreen.cli.options import SERVICES_FILE, Env, File, Images, Json, Summary, Tag, WaitLock

EXAMPLES = (
    ("bluegreen up --env prod-sim --tag 1.4.2", "all services and the database, as in production"),
    ("bluegreen up --env prod-sim && bluegreen down --env prod-sim", "does the release work at all?"),
)


def up(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    *,
    image: Images = None,
    tag: Tag = "",
    wait_lock: WaitLock = None,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
    _summary: Summary = None,
) -> int:
    """Bring up a whole disposable environment.

    Makes the network, the volumes and the databases, then deploys every service as in production: the same names, the
    same images, the same checks. Only in an environment that says disposable: true. `down` removes it.
    """
    from bluegreen.cli.choice import image_choice
    from bluegreen.cli.closing import close
    from bluegreen.cli.progress import progress
    from bluegreen.cli.verbs.check import told
    from bluegreen.config.invariants.check import check
    from bluegreen.deploy.up import require_disposable
    from bluegreen.deploy.up import up as work

    choice = image_choice(image or (), tag)
    checked = check(file, env)
    require_disposable(checked.project)
    if checked.fails:
        return told(ctx.obj, str(file), checked)
    workspace = ctx.obj.open(file, env, changes=True)
    with progress() as reporter:
        report = work(workspace, choice, wait_lock or 0.0, reporter)
    return close(ctx.obj, report)
