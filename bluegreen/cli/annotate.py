"""Errors and warnings, shown by GitHub Actions on the page of its run, beside the lines that they are about."""

from typing import TYPE_CHECKING

from bluegreen.cli import output
from bluegreen.cli.show.annotation import annotation

if TYPE_CHECKING:
    from bluegreen.cli.show.failure import Failure

TITLE = "bluegreen"


def annotate(failure: "Failure") -> None:
    """Annotate a failure: each problem of a file at its line, anything else with what to type next."""
    if failure.problems:
        for each in failure.problems:
            text = ": ".join(filter(None, (each.path, each.message)))
            output.command(annotation("error", text, TITLE, (each.file, each.line, each.column)))
    else:
        text = "\n".join(filter(None, (failure.message, failure.hint)))
        output.command(annotation("error", text, f"{TITLE}: {failure.kind}"))


def warn(text: str) -> None:
    """Tell, and annotate, what changes no outcome."""
    output.tell(f"warning: {text}")
    output.command(annotation("warning", text, TITLE))
