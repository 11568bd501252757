"""Running a hook: what it is told, and what is kept of it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

from bluegreen.decide.actions import RunHook
from bluegreen.deploy.journal import Journal
from bluegreen.deploy.observer import Observer
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.records import HookRecord
from bluegreen.model.container import Container
from bluegreen.model.deployment import Deployment, Request
from bluegreen.model.errors import DeploymentFailed, Interrupted
from bluegreen.model.hooks import Hook

_ANY = (Request.INTERRUPT, Request.HANG_UP)
CALLED_OFF = {Hook.PRE_DEPLOY: _ANY, Hook.SMOKE: _ANY, Hook.POST_CUTOVER: (Request.INTERRUPT,)}
"""Hooks that end with the first signal of a kind; the others tell of the end, which comes all the same."""
KEPT_LINES = 200
SHOWN_LINES = 20


def run_hook(
    workspace: Workspace,
    deployment: Deployment,
    action: RunHook,
    observer: Observer,
    journal: Journal,
) -> None:
    """Run a hook and record how it ended; what that means is decided elsewhere.

    Raises Interrupted, with nothing recorded, when a signal ended it.
    """
    command = workspace.project.hooks.of(action.hook)
    if command is None:
        return
    lines: list[str] = []

    def line(text: str) -> None:
        lines.append(text)
        journal.note(f"hook {action.hook}", text)

    def called_off() -> bool:
        return observer.interruption.request in CALLED_OFF.get(action.hook, ())

    told = {**_deployment(workspace, deployment, action), **_urls(deployment, observer.containers)}
    with suppress(DeploymentFailed), journal.step(f"hook {action.hook}", detail=command.command[0]):
        problem = workspace.hooks.run(command.command, told, command.timeout, line, called_off)
        if problem and called_off():
            raise Interrupted(f"the hook {action.hook} was stopped")
        kept = "\n".join(lines[-KEPT_LINES:])
        workspace.ledger.hook_ended(deployment.id, HookRecord(action.hook, time.time(), problem, kept))
        if problem:
            raise DeploymentFailed(problem)


def shown(records: tuple[HookRecord, ...]) -> Iterator[str]:
    """Yield the last lines of hooks that failed."""
    for record in records:
        if record.problem:
            yield from (f"{record.hook} | {text}" for text in record.output.splitlines()[-SHOWN_LINES:])


def _deployment(workspace: Workspace, deployment: Deployment, action: RunHook) -> Mapping[str, str]:
    releases = [move.new for move in deployment.moves]
    return {
        "BLUEGREEN_HOOK": action.hook,
        "BLUEGREEN_PROJECT": workspace.project.project,
        "BLUEGREEN_ENVIRONMENT": workspace.project.environment or "",
        "BLUEGREEN_DEPLOYMENT": deployment.id,
        "BLUEGREEN_VERB": deployment.verb,
        "BLUEGREEN_SERVICES": " ".join(release.name for release in releases),
        "BLUEGREEN_RELEASES": " ".join(release.id for release in releases),
        "BLUEGREEN_COLORS": " ".join(move.color for move in deployment.moves),
        "BLUEGREEN_IMAGES": " ".join(release.image.ref for release in releases),
        "BLUEGREEN_COMMIT": releases[0].commit,
        "BLUEGREEN_OUTCOME": action.outcome or "",
        "BLUEGREEN_REASON": action.reason,
    }


def _urls(deployment: Deployment, containers: tuple[Container, ...]) -> Mapping[str, str]:
    """Where the new containers listen themselves, past nginx."""
    found = {}
    for move in deployment.moves:
        own = [c.address for c in containers if (c.service, c.color) == (move.service, move.color) and c.running]
        if move.new.service.port and any(own):
            urls = (f"http://{address}:{move.new.service.port}" for address in own if address)
            found[f"BLUEGREEN_URL_{move.service.upper().replace('-', '_')}"] = " ".join(urls)
    return found
