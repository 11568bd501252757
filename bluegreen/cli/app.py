"""All verbs, under one name."""

from collections.abc import Callable
from typing import Annotated

import typer

from bluegreen.cli.verbs import (
    abort,
    adopt,
    audit,
    changed,
    check,
    deploy,
    diff,
    doctor,
    down,
    history,
    init,
    logs,
    plan,
    promote,
    proxy,
    rollback,
    schema,
    status,
    up,
)

Examples = tuple[tuple[str, str], ...]
"""Commands, each with what it does."""

FIRST_STEPS = (
    ("bluegreen check", "is services.yaml right?"),
    ("bluegreen plan", "what would be done, and why"),
    ("bluegreen deploy", "do it"),
    ("bluegreen rollback", "go back"),
)


def examples(lines: Examples) -> str:
    """Lay examples out for the end of a help text, each on a line of its own."""
    width = max(len(command) for command, _ in lines)
    # backspace: click leaves the lines below it alone
    return "\n".join(["\b", "Examples:", *(f"  {command:{width}}  {what}" for command, what in lines)])


app = typer.Typer(
    epilog=examples(FIRST_STEPS),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
proxy_app = typer.Typer(epilog=examples((*proxy.UP_EXAMPLES, *proxy.SHOW_EXAMPLES)), rich_markup_mode=None)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        from importlib.metadata import version

        typer.echo(f"bluegreen {version('bluegreen')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def bluegreen(
    ctx: typer.Context,
    *,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Blue/green deployments for containers behind nginx: a new release takes over live traffic, and nobody notices."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit(2)


def _add(group: typer.Typer, verb: Callable[..., int], lines: Examples) -> None:
    group.command(epilog=examples(lines))(verb)


_add(app, deploy.deploy, deploy.EXAMPLES)
_add(app, plan.plan, plan.EXAMPLES)
_add(app, rollback.rollback, rollback.EXAMPLES)
_add(app, promote.promote, promote.EXAMPLES)
_add(app, abort.abort, abort.EXAMPLES)
_add(app, status.status, status.EXAMPLES)
_add(app, history.history, history.EXAMPLES)
_add(app, audit.audit, audit.EXAMPLES)
_add(app, diff.diff, diff.EXAMPLES)
_add(app, logs.logs, logs.EXAMPLES)
_add(app, changed.changed, changed.EXAMPLES)
_add(app, doctor.doctor, doctor.EXAMPLES)
_add(app, check.check, check.EXAMPLES)
_add(app, schema.schema, schema.EXAMPLES)
_add(app, init.init, init.EXAMPLES)
_add(app, adopt.adopt, adopt.EXAMPLES)
_add(app, up.up, up.EXAMPLES)
_add(app, down.down, down.EXAMPLES)
_add(proxy_app, proxy.up, proxy.UP_EXAMPLES)
_add(proxy_app, proxy.show, proxy.SHOW_EXAMPLES)
app.add_typer(proxy_app, name="proxy", help="The nginx container in front.")
