"""rollback and abort: the way back, by the same path."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bluegreen.decide.actions import Finish
from bluegreen.decide.plan import Current, Plan, plan, previous, undone
from bluegreen.deploy.current import current
from bluegreen.deploy.hold import chosen, refuse_held, refuse_stranded
from bluegreen.deploy.named import release_named
from bluegreen.deploy.proxying import refuse_edited
from bluegreen.deploy.report import Report, rows
from bluegreen.deploy.reporter import Reporter
from bluegreen.deploy.selection import selected
from bluegreen.deploy.work import Work
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.deployment import Deployment, Direction, Outcome, Request, Verb
from bluegreen.model.errors import ConfigError, EngineError, LockHeld, NeedsHuman
from bluegreen.model.release import Release

ANSWER_DEADLINE = 600.0
POLL = 0.02
SHOWN = 3
"""Releases to choose from."""
Ended = tuple[Finish, list[str]]
"""How a deployment ended, and the evidence of a failure."""
End = Callable[[Workspace, Deployment, Work], Ended]


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
    """Go back to the previous release: call off a deployment that is not over, else begin one of its own.

    A rollback that an earlier command left is finished, and is the one step back that is asked for.
    """
    left = None if options.to else workspace.ledger.unfinished()
    over = None
    if left and left.verb is Verb.DEPLOY and _is_meant(left, options.services):
        over = _called_off(workspace, left, Work(workspace, reporter), _await_end)
    return over or _under_the_lock(workspace, options, reporter)


def abort(workspace: Workspace, services: Sequence[str], reporter: Reporter) -> Report:
    """Undo the deployment under way, before its cutover, or one that is held. Raises ConfigError when there is none.

    `services` choose among several.
    """
    refuse_stranded(workspace, services)
    left, waiting = workspace.ledger.unfinished(), workspace.ledger.held()
    if left is None and not waiting:
        raise ConfigError("no deployment is under way", "to go back to the previous release: bluegreen rollback")
    if left is None or not set(services) <= {move.service for move in left.moves}:
        left = chosen(waiting, services, "abort")
    if left.committed_at:
        raise ConfigError("the new release serves already", "to go back: bluegreen rollback")
    return _ask_back(workspace, left, Work(workspace, reporter), _await_end)


def _is_meant(left: Deployment, services: Sequence[str]) -> bool:
    """Whether these services are exactly what it moves: none of them stays behind, and no other goes with them."""
    return not services or set(services) == {move.service for move in left.moves}


def _under_the_lock(workspace: Workspace, options: RollbackOptions, reporter: Reporter) -> Report:
    with workspace.locked(options.wait_lock, reporter) as ending:
        work = Work(workspace, reporter)
        report = _end_left(workspace, options, work) or _go_back(workspace, options, work)
        ending.event = report.ending
    return report


def _end_left(workspace: Workspace, options: RollbackOptions, work: Work) -> Report | None:
    """Bring to its end what an earlier command left; None where that is no step back, or nothing was left."""
    left = None if options.to else workspace.ledger.unfinished()
    if left is None:
        return None
    if not _is_meant(left, options.services):
        raise _another(workspace, left, options.services)
    if left.verb is Verb.DEPLOY:
        return _called_off(workspace, left, work, _resume)
    if left.direction is Direction.BACK:
        return None
    return work.report(left, _whole(left, "left by an earlier command"), *_resume(workspace, left, work))


def _another(workspace: Workspace, left: Deployment, services: Sequence[str]) -> ConfigError:
    selected(workspace.project, services)
    moved = [move.service for move in left.moves]
    return ConfigError(
        f"{', '.join(services)} can't go back yet: deployment {left.id}, which moves {', '.join(moved)}, was left",
        f"bluegreen rollback {' '.join(moved)} goes back from there; bluegreen doctor --fix finishes or undoes it",
    )


def _go_back(workspace: Workspace, options: RollbackOptions, work: Work) -> Report:
    work.recover()
    work.preflight()
    return work.carry_out(Verb.ROLLBACK, _plan(workspace, options, work), options.bake, tight=True)


def _called_off(workspace: Workspace, left: Deployment, work: Work, end: End) -> Report | None:
    """Have a deployment turn back; None where it is over: there was nothing any more to turn back to."""
    report = _ask_back(workspace, left, work, end)
    if report.outcome is not Outcome.DEPLOYED:
        return report
    work.heed(f"deployment {left.id} is finished")
    return None


def _ask_back(workspace: Workspace, left: Deployment, work: Work, end: End) -> Report:
    """Ask whoever works on it to turn back, and see it to its end."""
    request = Request.ROLLBACK if left.committed_at else Request.ABORT
    workspace.ledger.ask(left.id, request, workspace.author.who, time.time())
    finish, evidence = end(workspace, left, work)
    # whoever was killed right after a cutover has not written it down: what is called off then goes back
    wanted = Outcome.FAILED if finish.outcome is Outcome.FAILED else Outcome.ROLLED_BACK
    planned = _whole(left, "on request")
    happened = "undone" if finish.outcome is Outcome.FAILED else str(finish.outcome)
    report = work.report(left, planned, finish, evidence, str(request))
    return replace(report, wanted=wanted, services=rows(planned, happened))


def _await_end(workspace: Workspace, left: Deployment, work: Work) -> Ended:
    """Have whoever works on it end it, or do it where nobody does."""
    deadline = time.monotonic() + ANSWER_DEADLINE
    while time.monotonic() < deadline:
        if ended := workspace.ledger.ended(left.id):
            return Finish(*ended), []
        try:
            with workspace.locked():
                if not workspace.ledger.ended(left.id):
                    return _resume(workspace, left, work)
        except LockHeld:
            time.sleep(POLL)
    raise NeedsHuman(f"deployment {left.id} did not turn back within {ANSWER_DEADLINE:g} s", "run: bluegreen status")


def _resume(workspace: Workspace, left: Deployment, work: Work) -> Ended:
    """End what nobody works on, under the lock. Raises ConfigError where a person edited nginx's configuration."""
    refuse_edited(workspace)
    return work.resume(left)


def _whole(left: Deployment, why: str) -> Plan:
    return Plan(left.moves, (why,) * len(left.moves), ())


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
