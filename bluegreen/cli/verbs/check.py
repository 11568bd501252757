"""check: whether services.yaml is right."""

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json

EXAMPLES = (
    ("bluegreen check", "all that is wrong, with file, line and column"),
    ("bluegreen check -f shop/services.yaml --env production", "as it is for one environment"),
)


def check(ctx: typer.Context, *, file: File = SERVICES_FILE, env: Env = None, _json: Json = False) -> int:
    """Check the configuration.

    Reads services.yaml and the env files that it names; asks neither Docker nor nginx, changes nothing.
    """
    from bluegreen.cli.show.project import project_json, project_text
    from bluegreen.config.load import load

    project = load(file, env)
    if ctx.obj.json:
        output.document(project_json(project))
    else:
        output.say(project_text(str(file), project))
    return 0
