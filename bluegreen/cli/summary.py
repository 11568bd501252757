"""The summary's file: appended to, as a CI's steps share it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bluegreen.cli.annotate import warn
from bluegreen.cli.call import Call
from bluegreen.cli.show.failure import Failure, Serving

if TYPE_CHECKING:
    from bluegreen.deploy.report import Report


def summarize(
    call: Call, report: "Report | None" = None, failure: Failure | None = None, serving: Serving | None = None
) -> None:
    """Append the summary of a command to its file, if one was asked for; that it can't be written changes nothing."""
    if call.summary is None:
        return
    from bluegreen.cli.show.summary import Told, summary

    told = Told(
        command=call.typed,
        back=call.command("rollback"),
        project=call.workspace.project.project if call.workspace else "",
        environment=(call.workspace.project.environment or "") if call.workspace else "",
        who=call.workspace.author.who if call.workspace else "",
        report=report,
        failure=failure,
        serving=serving,
    )
    try:
        _append(call.summary, summary(told))
    except OSError as error:
        warn(f"the summary can't be written to {call.summary}: {error.strerror or error}")


def _append(path: Path, text: str) -> None:
    # what nobody reads, such as a pipe without a reader, must not be waited for
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o666), "ab") as file:
        file.write(text.encode(errors="replace"))
