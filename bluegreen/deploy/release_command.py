"""The release command: migrations, once per release, with evidence."""

import time
from collections.abc import Iterable
from contextlib import suppress
from functools import partial

from bluegreen.decide.actions import RunReleaseCommand
from bluegreen.deploy.journal import Journal
from bluegreen.deploy.masking import Mask
from bluegreen.deploy.signals import Interruption
from bluegreen.deploy.specs import command_spec
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.container import Role
from bluegreen.model.deployment import Move
from bluegreen.model.errors import AdapterError, DeploymentFailed, EngineError, Interrupted
from bluegreen.model.release import Release
from bluegreen.model.service import ReleaseCommand

KEPT = 64 * 1024
"""Characters of its output, the last ones."""
SHOWN_LINES = 20
NO_STATUS = -1
GRACE = 10.0
"""Seconds for a command that is interrupted to take back what it began."""
POLL = 0.25


def run_release_command(
    workspace: Workspace, deployment: str, action: RunReleaseCommand, journal: Journal, interruption: Interruption
) -> None:
    """Run it in a one-off container of the new image, which ends with this command.

    Raises DeploymentFailed with its last lines, Interrupted.
    """
    project, release, command = workspace.project, action.move.new, action.command
    spec = command_spec(project.project, project.network, deployment, release, command.command)
    lines: list[str] = []
    with journal.step("release command", release.name, command.command[0]):
        _make_room(workspace, spec.name, release)
        attempt = workspace.ledger.command_started(release, time.time())
        if attempt > 1:
            journal.note("release command", f"attempt {attempt}: an earlier one failed or was cut short", release.name)
        status = NO_STATUS
        try:
            with interruption.ending(partial(_stop, workspace, spec.name)):
                status = workspace.engine.run(
                    spec, command.timeout, partial(_line, lines, release, journal, Mask([release.service]))
                )
        except AdapterError as error:
            lines.append(error.message)
            raise
        finally:
            problem = _problem(command, status, lines)
            kept = "\n".join(lines)[-KEPT:]
            workspace.ledger.command_ended(release, attempt, 1 if problem and not status else status, kept, time.time())
        if problem and interruption.request:
            raise Interrupted(f"{release.name}: the release command was stopped")
        if problem:
            shown = (f"{release.name} | {line}" for line in lines[-SHOWN_LINES:])
            raise DeploymentFailed(f"{release.name}: {problem}", "\n".join(shown))


def end_release_commands(
    workspace: Workspace, moves: Iterable[Move], journal: Journal, interruption: Interruption
) -> None:
    """Remove the containers of commands that no run waits for any more; one that still runs has its time to end."""
    limits = {move.service: command.timeout for move in moves if (command := move.new.service.release_command)}
    for left in workspace.engine.containers():
        if left.role is Role.RELEASE_COMMAND and left.service in limits:
            with journal.step("release command", left.service, f"left {left.state}: to end and to go"):
                deadline = time.monotonic() + limits[left.service]
                while _runs(workspace, left.name) and time.monotonic() < deadline and not interruption.request:
                    interruption.wait(POLL)
                workspace.engine.stop(left.name, GRACE)
                workspace.engine.remove(left.name)


def _runs(workspace: Workspace, name: str) -> bool:
    found = workspace.engine.find(name)
    return bool(found and found.running)


def _stop(workspace: Workspace, name: str) -> None:
    with suppress(EngineError):
        workspace.engine.stop(name, GRACE)


def _make_room(workspace: Workspace, name: str, release: Release) -> None:
    """Remove what another release's command left, or a failed one; what still runs is never killed in its middle."""
    left = workspace.engine.find(name)
    if left and not left.running and (left.release != release.id or workspace.engine.inspect(name).exit_code):
        workspace.engine.remove(name)


def _line(lines: list[str], release: Release, journal: Journal, mask: Mask, said: str) -> None:
    line = mask.text(said)
    lines.append(line)
    journal.note("release command", line, release.name)


def _problem(command: ReleaseCommand, status: int, lines: list[str]) -> str:
    if status:
        return f"the release command ended with status {status}"
    for pattern in command.fail_on_output:
        if any(pattern in line for line in lines):
            return f'the release command printed "{pattern}"'
    return ""
