"""adopt: from `docker run` to bluegreen, without a gap."""

from dataclasses import asdict

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json, Services, WaitLock

EXAMPLES = (
    ("bluegreen adopt", "the containers that run under the names in services.yaml"),
    ("bluegreen adopt shop-server", "one of them"),
    ("bluegreen adopt && bluegreen deploy", "where the proxy takes over their port"),
)


def adopt(
    ctx: typer.Context,
    services: Services = None,
    *,
    wait_lock: WaitLock = None,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Take over containers that `docker run` started.

    nginx leads to the very containers that run under the services' names now, takes over names and ports, and they
    are the old color of the next deployment. They are not restarted; they are kept when they are retired.
    """
    from bluegreen.cli.progress import progress
    from bluegreen.deploy.adopt import adopt as work
    from bluegreen.deploy.selection import selected

    workspace = ctx.obj.open(file, env, changes=True)
    with progress() as reporter:
        adopted = work(workspace, selected(workspace.project, services or ()), wait_lock or 0.0, reporter)
    if ctx.obj.json:
        output.document({"adopted": [asdict(each) for each in adopted]})
        return 0
    for each in adopted:
        output.say(f"adopted {each.service}: its container is {each.container} now ({each.image})")
    output.say(
        "Next: bluegreen deploy" if adopted else "Nothing to adopt: no container of others has a service's name."
    )
    return 0
