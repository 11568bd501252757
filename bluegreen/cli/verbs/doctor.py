"""doctor: what is wrong, why it matters, and what mends it."""

import sys
from typing import Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json

EXAMPLES = (
    ("bluegreen doctor", "what is wrong, and what to do about it"),
    ("bluegreen doctor --fix", "show what would be mended, ask, and do it"),
    ("bluegreen doctor --fix --yes", "without asking"),
    ("bluegreen doctor > /dev/null || alert", "for monitoring: status 5 while something needs a person"),
    ("bluegreen doctor --json | jq -r '.findings[].id'", "for a program"),
)
UNSOUND = 5


def doctor(
    ctx: typer.Context,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended, after showing it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before mending.")] = False,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Find what is wrong, and mend it.

    Looks at containers, nginx, the ledger, files, disks and the engine. Ends with status 5 while there is an error
    among its findings, else with 0. --fix never stops what serves, and moves no traffic but by finishing a deployment
    that was left.
    """
    from bluegreen.cli.progress import progress
    from bluegreen.cli.show.doctor import examination_json, examination_text
    from bluegreen.deploy.doctor import doctor as work

    call = ctx.obj
    workspace, unusable = call.open_anyhow(file, env)
    call.changes = fix
    found, mended = work.look(workspace, unusable), None
    if fix and found.plan and _agreed(examination_text(found, output.width(sys.stderr)), yes=yes):
        with progress() as reporter:
            found, mended = work.mend(workspace, found, lambda: call.open_anyhow(file, env), reporter), found
    if call.json:
        output.document(examination_json(found, mended))
    else:
        output.say(examination_text(found, output.width(), mended))
    return 0 if found.sound else UNSOUND


def _agreed(plan: str, *, yes: bool) -> bool:
    """Show the plan, then ask; where nobody can be asked, nothing is done without --yes."""
    output.tell(plan)
    if yes:
        return True
    if not sys.stdin.isatty():
        raise typer.BadParameter("needs --yes where nobody can be asked; nothing was touched", param_hint="--fix")
    return typer.confirm("\nDo this?", err=True)
