"""The end of a command, told to those whom services.yaml names."""

from typing import TYPE_CHECKING

from bluegreen.cli.annotate import warn
from bluegreen.cli.call import Call

if TYPE_CHECKING:
    from bluegreen.cli.show.failure import Failure
    from bluegreen.deploy.report import Report

MOVING = ("deploy", "rollback", "promote", "abort", "up")
UNTOUCHED = (2, 75)
"""Statuses with which a command ends that has touched nothing: nobody else has to know."""


def tell_others(call: Call, report: "Report | None" = None, failure: "Failure | None" = None) -> None:
    """Tell how a command that moves services ended; what could not be delivered is a warning, and changes nothing."""
    if not (call.workspace and call.changes and call.verb in MOVING):
        return
    from bluegreen.deploy.notices import broken_off, ended

    undelivered: tuple[str, ...] = ()
    if report:
        undelivered = ended(call.workspace, report)
    elif failure and failure.exit_status not in UNTOUCHED:
        undelivered = broken_off(call.workspace, call.verb, failure.message)
    for line in undelivered:
        warn(line)
