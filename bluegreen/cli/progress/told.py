"""Events in words."""

from bluegreen.cli import words
from bluegreen.deploy.reporter import Event, Phase
from bluegreen.model.text import harmless

OUTPUT = "release command"
"""The step whose notes are lines of output: each is shown, none is like another."""


def is_output(event: Event) -> bool:
    """Whether an event is a line that a release command printed."""
    return event.phase is Phase.NOTE and event.step == OUTPUT


def output_line(event: Event) -> str:
    """Return such a line behind its service's name."""
    return f"{event.service} | {one_line(event.detail)}"


def said(event: Event) -> str:
    """Say what happened to a step."""
    detail = one_line(event.detail)
    match event.phase:
        case Phase.STARTED | Phase.NOTE:
            return detail
        case Phase.DONE:
            return f"done in {words.seconds(event.seconds)}" + (f": {detail}" if detail else "")
        case Phase.FAILED:
            return f"failed after {words.seconds(event.seconds)}" + (f": {detail}" if detail else "")


def one_line(text: str) -> str:
    """Return harmless text without line feeds."""
    return " ".join(harmless(text).split("\n")).rstrip()
