"""The one place where an error ends: said in words or as JSON, and turned into an exit status."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from bluegreen.cli import output
from bluegreen.cli.annotate import annotate
from bluegreen.cli.bug import write_report
from bluegreen.cli.call import Call
from bluegreen.cli.show.failure import Failure, Serving, failure_text
from bluegreen.cli.summary import summarize
from bluegreen.cli.tell import tell_others
from bluegreen.config.problem import InvalidConfig
from bluegreen.model.errors import BluegreenError, ConfigError, Interrupted, NeedsHuman, StateError

if TYPE_CHECKING:
    from bluegreen.deploy.report import Report

UNEXPECTED = 3


def handled(call: Call, work: Callable[[], int]) -> int:
    """Run a command; whatever it raises is told, and becomes an exit status."""
    try:
        status = work()
    except typer.TyperException as error:
        return fail(call, Failure("UsageError", error.format_message(), error.exit_code, _usage(error, call)))
    except BluegreenError as error:
        return fail(call, _expected(error, call), touched=not isinstance(error, ConfigError))
    except Exception as error:  # noqa: BLE001 - the edge: nothing may pass untold
        return fail(call, _unexpected(error, call))
    # Ctrl-C that no verb caught: typer makes a status of it
    return fail(call, Failure("Interrupted", "interrupted", status)) if status == Interrupted.exit_status else status


def fail(
    call: Call,
    failure: Failure,
    result: Mapping[str, object] | None = None,
    *,
    report: "Report | None" = None,
    touched: bool = True,
) -> int:
    """Tell a failure, beside the `result` and the `report` that there are nevertheless; return its exit status."""
    serving = _serving(call) if call.changes and touched else None
    if call.json:
        services = [asdict(service) for service in serving.status.services] if serving and serving.status else None
        output.document({**(result or {}), "error": asdict(failure), "serving": services})
    else:
        output.tell(failure_text(failure, serving, output.width(sys.stderr)))
    annotate(failure)
    tell_others(call, report, failure)
    summarize(call, report, failure, serving)
    return failure.exit_status


def _serving(call: Call) -> Serving | None:
    from bluegreen.deploy.status import status

    if call.workspace is None:
        return None
    try:
        return Serving(status(call.workspace))
    except BluegreenError as error:
        return Serving(None, error.message)
    except Exception as error:  # noqa: BLE001 - what is to be told is another failure
        return Serving(None, type(error).__name__)


def choices(call: Call) -> str:
    """List the commands that a person may choose from."""
    known = (
        (call.command("status"), "what serves, and what does not fit"),
        (call.command("deploy"), "try again, or go on to a corrected release"),
        (call.command("rollback"), "go back to the previous release"),
    )
    width = max(len(command) for command, _ in known)
    return "\n".join(["Choose:", *(f"  {command:{width}}  {what}" for command, what in known)])


def _expected(error: BluegreenError, call: Call) -> Failure:
    hint = error.hint or (choices(call) if isinstance(error, NeedsHuman) else "")
    problems = error.problems if isinstance(error, InvalidConfig) else ()
    return Failure(type(error).__name__, error.message, error.exit_status, hint, problems=problems)


def _unexpected(error: Exception, call: Call) -> Failure:
    try:
        hint = f"The details, to be sent with a bug report: {write_report(error, call)}"
    except (StateError, RuntimeError) as unwritten:
        hint = f"No report could be written: {unwritten}"
    message = f"{type(error).__name__}, which nobody expected: this is a bug in bluegreen"
    return Failure("UnexpectedError", message, UNEXPECTED, hint)


def _usage(error: typer.TyperException, call: Call) -> str:
    """Say how the command is used; of an option without its value typer does not tell whose it is."""
    context = getattr(error, "ctx", None)
    if context is None:
        return f"Try: bluegreen {call.verb} --help"
    return f"{context.get_usage()}\nTry: {context.command_path} --help"
