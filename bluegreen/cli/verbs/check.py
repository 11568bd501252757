"""check: whether services.yaml is right, and the same everywhere."""

from typing import TYPE_CHECKING, Annotated

import typer

from bluegreen.cli import output
from bluegreen.cli.options import SERVICES_FILE, Env, File, Json
from bluegreen.cli.show.findings import Format

if TYPE_CHECKING:
    from bluegreen.cli.call import Call
    from bluegreen.config.invariants.check import Checked

EXAMPLES = (
    ("bluegreen check", "all that is wrong, with file, line and column"),
    ("bluegreen check -f shop/services.yaml --env production", "as it is for one environment"),
    ("bluegreen check --format github", "annotations of a pull request"),
    ("bluegreen check --format sarif > check.sarif", "for code scanning"),
)


def check(
    ctx: typer.Context,
    *,
    form: Annotated[
        Format, typer.Option("--format", metavar="FORMAT", help="How findings are printed: text, github or sarif.")
    ] = Format.TEXT,
    file: File = SERVICES_FILE,
    env: Env = None,
    _json: Json = False,
) -> int:
    """Check the configuration.

    Reads services.yaml, the env files and the Compose files that it names; asks neither Docker nor nginx, changes
    nothing. Without --env, the base of the file and every environment are checked.
    """
    from bluegreen.cli.show import findings as show
    from bluegreen.config.invariants.check import check as look
    from bluegreen.config.invariants.refused import refused
    from bluegreen.config.problem import InvalidConfig

    if form is Format.TEXT:
        return told(ctx.obj, str(file), look(file, env))
    try:
        found = look(file, env).findings
    except InvalidConfig as error:
        found = refused(error)
    if form is Format.SARIF:
        output.say(show.sarif(found))
    elif found:
        output.say_commands(show.annotations(found))
    return 2 if any(each.fails for each in found) else 0


def told(call: "Call", file: str, checked: "Checked") -> int:
    """Tell what was found, in text or JSON; return the exit status."""
    from bluegreen.cli.errors import fail
    from bluegreen.cli.show.failure import Failure
    from bluegreen.cli.show.findings import annotations, counts, findings_json, findings_text
    from bluegreen.cli.show.project import compared_text, project_json, project_text

    findings = checked.findings
    more = {"findings": findings_json(findings), "waived": checked.waived, "compared": checked.compared}
    result = project_json(checked.project) | more
    if findings and not call.json:
        output.say(findings_text(findings))
    if findings:
        output.command(annotations(findings))
    if checked.fails:
        hint = "put it right, or waive a rule with its reason: waive: [{rule: BG102, service: mail, reason: …}]"
        return fail(
            call, Failure("ConfigError", f"{counts(findings)} in {file} and what it is compared with", 2, hint), result
        )
    if call.json:
        output.document(result)
    else:
        output.say(project_text(file, checked.project) + compared_text(checked.compared, checked.waived))
    return 0
