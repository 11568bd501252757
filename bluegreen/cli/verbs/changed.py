"""changed: what a CI has to build."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json, Services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bluegreen.model.container import Container
    from bluegreen.model.project import Project

EXAMPLES = (
    ("bluegreen changed", "since the commits that run, by the engine here"),
    ("bluegreen changed --since origin/main", "since another commit; needs no engine"),
    ('echo "matrix=$(bluegreen changed --matrix)" >> "$GITHUB_OUTPUT"', "for a build matrix"),
    ("ssh HOST bluegreen status --json | bluegreen changed --running -", "since what runs on another machine"),
    ("bluegreen up --env prod-sim $(bluegreen changed --images)", "what is new, beside what runs of the rest"),
)


def changed(  # noqa: PLR0913 - one parameter per option
    ctx: typer.Context,
    services: Services = None,
    *,
    since: Annotated[
        str, typer.Option(metavar="REF", help="Compare with this commit, and ask no engine.", show_default=False)
    ] = "",
    running: Annotated[
        typer.FileText | None,
        typer.Option(metavar="FILE", help="Compare with what this `status --json` says; - for standard input."),
    ] = None,
    matrix: Annotated[bool, typer.Option("--matrix", help="Print a build matrix, as one line of JSON.")] = False,
    images: Annotated[
        bool, typer.Option("--images", help="Print the images that a deployment takes, as options of `up`.")
    ] = False,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Say which services have to be built.

    Compares the files of each service between the commit that runs and the one that is checked out. What can't be told
    counts as changed, and why is said.
    """
    from bluegreen.cli.show.changed import changed_json, changed_text, images_text, matrix_json
    from bluegreen.config.load import load_sources
    from bluegreen.deploy.changed import changed as work

    if sum((matrix, images, ctx.obj.json)) > 1:
        raise typer.BadParameter("print one thing each: choose", param_hint="--matrix, --images and --json")
    if since and (running or images):
        raise typer.BadParameter("asks nobody what runs", param_hint="--since")
    ask = partial(_told, running) if running else _running
    found = work(load_sources(file, env), file.resolve().parent, services or (), since, ask)
    if matrix or images:
        output.tell(changed_text(found, None))
        output.say(matrix_json(found) if matrix else images_text(found))
    elif ctx.obj.json:
        output.document(changed_json(found))
    else:
        output.say(changed_text(found, output.width()))
    return 0


def _running(project: "Project") -> "Sequence[Container]":
    from bluegreen.deploy.opening import open_engine

    return open_engine(project).containers()


def _told(file: typer.FileText, project: "Project") -> "Sequence[Container]":
    from bluegreen.deploy.elsewhere import elsewhere

    return elsewhere(project.project, file.read())
