"""rollback and abort: the way back, by the same path."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bluegreen.decide.actions import Finish
from bluegreen.decide.plan import Current, Plan, plan, previous, undone
from bluegreen.deploy.current import current
from bluegreen.deploy.hold import chosen, refuse_held
from bluegreen.deploy.named import release_named
from bluegreen.deploy.proxying import refuse_edited
from bluegreen.deploy.report import Report, rows
from bluegreen.deploy.reporter import Reporter
from bluegreen.deploy.selection import selected
from bluegreen.deploy.work import Work
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.deployment import Deployment, Outcome, Request, Verb
from bluegreen.model.errors import ConfigError, EngineError, LockHeld, NeedsHuman
from bluegreen.model.release import Release

ANSWER_DEADLINE = 600.0
POLL = 0.02
SHOWN = 3
"""Releases to choose from."""


@dataclass(frozen=True, slots=True)
class RollbackOptions:
    """What the command line asks for."""

    services: Sequence[str] = ()
    to: str = ""
    """A release: its id, or the end of it."""
    bake: float | None = None
    wait_lock: float = 0.0
    force: bool = False
    """Also across releases that are not reversible."""


def rollback(workspace: Workspace, options: RollbackOptions, reporter: Reporter) -> Report:
    """Go back to the previous release: at once while a deployment still bakes, else as a deployment of its own."""
    baking = workspace.ledger.unfinished()
    if baking and baking.committed_at and baking.verb is Verb.DEPLOY and not options.to:
        report = _ask_back(workspace, baking, Request.ROLLBACK, reporter)
        if report.outcome is not Outcome.DEPLOYED:
            return report
    with workspace.locked(options.wait_lock, reporter) as ending:
        work = Work(workspace, reporter)
        work.recover()
        work.preflight()
        report = work.carry_out(Verb.ROLLBACK, _plan(workspace, options, work), options.bake, tight=True)
        ending.event = report.ending
    return report


def abort(workspace: Workspace, services: Sequence[str], reporter: Reporter) -> Report:
    """Undo the deployment under way, before its cutover, or one that is held. Raises ConfigError when there is none.

    `services` choose among several.
    """
    left, waiting = workspace.ledger.unfinished(), workspace.ledger.held()
    if left is None and not waiting:
        raise ConfigError("no deployment is under way", "to go back to the previous release: bluegreen rollback")
    if left is None or not set(services) <= {move.service for move in left.moves}:
        left = chosen(waiting, services, "abort")
    if left.committed_at:
        raise ConfigError("the new release serves already", "to go back: bluegreen rollback")
    return _ask_back(workspace, left, Request.ABORT, reporter)


def _ask_back(workspace: Workspace, left: Deployment, request: Request, reporter: Reporter) -> Report:
    """Ask whoever works on it to turn back, or do it where nobody does."""
    work = Work(workspace, reporter)
    workspace.ledger.ask(left.id, request, workspace.author.who, time.time())
    finish = _await_end(workspace, left, work)
    # whoever was killed right after a cutover has not written it down: what is called off then goes back
    wanted = Outcome.FAILED if finish.outcome is Outcome.FAILED else Outcome.ROLLED_BACK
    planned = Plan(left.moves, ("on request",) * len(left.moves), ())
    report = work.report(left, planned, finish, [])
    happened = "undone" if finish.outcome is Outcome.FAILED else str(finish.outcome)
    return replace(report, verb=str(request), wanted=wanted, services=rows(planned, happened))


def _await_end(workspace: Workspace, left: Deployment, work: Work) -> Finish:
    """Wait, or end it where nobody does. Raises ConfigError where a person edited nginx's configuration."""
    deadline = time.monotonic() + ANSWER_DEADLINE
    while time.monotonic() < deadline:
        if ended := workspace.ledger.ended(left.id):
            return Finish(*ended)
        try:
            with workspace.locked():
                if not workspace.ledger.ended(left.id):
                    refuse_edited(workspace)
                    return work.resume(left)[0]
        except LockHeld:
            time.sleep(POLL)
    raise NeedsHuman(f"deployment {left.id} did not turn back within {ANSWER_DEADLINE:g} s", "run: bluegreen status")


def _plan(workspace: Workspace, options: RollbackOptions, work: Work) -> Plan:
    now = current(workspace, workspace.proxy.view(), workspace.apps())
    wanted = [_named(workspace, options)] if options.to else _previous(workspace, options, now)
    for release in wanted:
        for lasting in _lasting(workspace, release, _id(now[release.name])):
            if not options.force:
                raise _one_way(lasting, release)
            work.notes.append(f"{release.name}: forced across release {lasting.id}, which is not reversible")
    return plan([_present(workspace, release) for release in wanted], now)


def _lasting(workspace: Workspace, target: Release, now: str) -> list[Release]:
    """Return the releases on the way to the target whose work on the database stays."""
    ledger = workspace.ledger
    crossed = [ledger.releases.find(each) for each in undone(ledger.moves_of(target.name), now, target.id)]
    return [release for release in crossed if release and not release.service.reversible]


def _one_way(lasting: Release, target: Release) -> ConfigError:
    return ConfigError(
        f"{target.name}: release {lasting.id} ({lasting.image.ref}) is marked reversible: false: what its migrations"
        f" did can't be undone, and {target.image.ref} may not be able to live with it",
        f"deploy a corrected release; or, if it can: bluegreen rollback {target.name} --to {target.id} --force",
    )


def _named(workspace: Workspace, options: RollbackOptions) -> Release:
    release = workspace.ledger.releases.read(release_named(workspace.ledger, options.to))
    if options.services and list(options.services) != [release.name]:
        raise ConfigError(f"{options.to} is a release of {release.name}", f"bluegreen rollback {release.name} --to …")
    selected(workspace.project, [release.name])
    refuse_held(workspace, [release.name])
    return release


def _previous(workspace: Workspace, options: RollbackOptions, now: Mapping[str, Current]) -> list[Release]:
    """Return the previous releases of the named services, else of those that the last deployment moved."""
    ledger = workspace.ledger
    names = options.services or ledger.last_services()
    selected(workspace.project, names)
    refuse_held(workspace, names)
    earlier = {name: previous(ledger.moves_of(name), _id(now[name])) for name in names}
    lacking = [name for name, release in earlier.items() if release is None]
    if not earlier or len(lacking) == len(earlier) or (lacking and options.services):
        raise ConfigError(
            f"no earlier release of {', '.join(lacking) or 'any service'} is known", _others(workspace, lacking, now)
        )
    return [ledger.releases.read(release) for release in earlier.values() if release]


def _others(workspace: Workspace, names: Sequence[str], now: Mapping[str, Current]) -> str:
    """Say what to type for releases that are known, though no deployment leads back to them."""
    ledger = workspace.ledger
    lines = []
    for name in names:
        known = [each for each in ledger.releases.all() if each.name == name and ledger.releases_ending(each.id)]
        others = [each for each in reversed(known) if each.id != _id(now[name])][:SHOWN]
        lines += [f"to {each.image.ref}: bluegreen rollback {name} --to {each.id}" for each in others]
    return "\n".join(lines) or "bluegreen history shows what was deployed"


def _id(now: Current) -> str:
    return now.release.id if now.release else ""


def _present(workspace: Workspace, release: Release) -> Release:
    """The image may have been removed since: have it pulled again, by digest."""
    try:
        found = workspace.images.resolve(release.image.run, "missing", release.service.platform)
    except EngineError as error:
        raise EngineError(
            f"the image {release.image.ref} of release {release.id} is not here any more, and no registry has it",
            "bluegreen history names other releases; or build it again, and deploy it",
        ) from error
    return replace(release, image=replace(release.image, present=found.present))
