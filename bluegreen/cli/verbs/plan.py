"""plan: a deployment that touches nothing."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bluegreen.cli.call import Call
from bluegreen.cli.options import SERVICES_FILE, Commit, Env, File, Force, Images, Json, Ref, Services, Tag

if TYPE_CHECKING:
    from bluegreen.deploy.deploy import DeployOptions

EXAMPLES = (
    ("bluegreen plan", "what `bluegreen deploy` would do, and why"),
    ("bluegreen plan shop-server --tag 1.4.2", "with this tag"),
    ("bluegreen plan --json", "for a program"),
)


def plan(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    services: Services = None,
    *,
    image: Images = None,
    tag: Tag = "",
    force: Force = False,
    ref: Ref = "",
    commit: Commit = "",
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Say what a deployment would do, and why. The same as deploy --dry-run."""
    from bluegreen.cli.choice import image_choice
    from bluegreen.deploy.deploy import DeployOptions
    from bluegreen.deploy.permission import Purpose

    options = DeployOptions(services or (), image_choice(image or (), tag), force=force, purpose=Purpose(ref, commit))
    return preview(ctx.obj, options, file, env)


def preview(call: Call, options: "DeployOptions", file: Path, env: str | None) -> int:
    """Print what a deployment would do."""
    from bluegreen.cli.closing import close
    from bluegreen.deploy.deploy import dry_run

    return close(call, dry_run(call.open(file, env), options))
