"""hold and promote: a release that is healthy and warm, and waits for a person to say go."""

from collections.abc import Iterable, Sequence

from bluegreen.decide.plan import Plan
from bluegreen.deploy.notices import begun
from bluegreen.deploy.report import Report
from bluegreen.deploy.reporter import Reporter
from bluegreen.deploy.room import check_room_to_promote
from bluegreen.deploy.work import Work
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.opened import hopeless
from bluegreen.model.deployment import Deployment
from bluegreen.model.errors import ConfigError
from bluegreen.model.service import Kind


def promote(
    workspace: Workspace, services: Sequence[str], wait_lock: float, reporter: Reporter, *, tight: bool = False
) -> Report:
    """Move the traffic to what is held, by the path of every deployment. Raises ConfigError when nothing is held.

    `services` choose among several held deployments; `wait_lock` is in seconds; `tight`: though memory may not suffice.
    """
    with workspace.locked(wait_lock, reporter) as ending:
        work = Work(workspace, reporter)
        work.recover()
        refuse_stranded(workspace, services)
        waiting = chosen(workspace.ledger.held(), services, "promote")
        work.preflight()
        with work.step("room"):
            work.notes += check_room_to_promote(workspace, waiting.moves, tight=tight)
        workspace.ledger.promote(waiting.id)
        planned = _plan(waiting, "promoted")
        begun(workspace, waiting, planned, "promote")
        finish, evidence = work.resume(waiting)
        report = work.report(waiting, planned, finish, evidence, "promote")
        ending.event = report.ending
    return report


def chosen(waiting: Sequence[Deployment], services: Sequence[str], verb: str) -> Deployment:
    """Return the one held deployment that is meant. Raises ConfigError when there is none, or one of several."""
    found = [each for each in waiting if not services or set(services) <= {move.service for move in each.moves}]
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(each.moves[0].service for each in found)
        raise ConfigError(f"{len(found)} deployments are held", f"name a service of one: bluegreen {verb} {names}")
    what = f"no held deployment moves {', '.join(services)}" if services else "no deployment is held"
    raise ConfigError(what, "bluegreen status names what is held; `bluegreen deploy --hold` holds a deployment")


def refuse_held(workspace: Workspace, services: Iterable[str]) -> None:
    """Refuse to move services that a deployment holds. Raises ConfigError, LedgerError."""
    wanted = set(services)
    for stranded in workspace.ledger.stranded():
        if wanted.intersection(stranded.services):
            raise hopeless(stranded)
    for waiting in workspace.ledger.held():
        if both := [move.service for move in waiting.moves if move.service in wanted]:
            raise ConfigError(
                f"deployment {waiting.id} holds {', '.join(both)}: healthy, and without traffic so far",
                f"bluegreen promote {both[0]} moves the traffic to it, bluegreen abort {both[0]} removes it; "
                "services that it does not move can be deployed by their names",
            )


def refuse_stranded(workspace: Workspace, services: Iterable[str]) -> None:
    """Refuse where a deployment that can't go on is meant, of these `services`, and no other. Raises LedgerError."""
    wanted = set(services)
    others = filter(None, (workspace.ledger.find_unfinished(), *workspace.ledger.held()))
    if any(wanted <= {move.service for move in each.moves} for each in others):
        return
    for stranded in workspace.ledger.stranded():
        if wanted.issubset(stranded.services):
            raise hopeless(stranded)


def refuse_workers_alone(planned: Plan) -> None:
    """Refuse to hold what would work already while it is held. Raises ConfigError."""
    if planned.moves and not any(move.kind is Kind.WEB for move in planned.moves):
        names = ", ".join(move.service for move in planned.moves)
        raise ConfigError(f"--hold needs a web service: {names} would take up work while held", "deploy without --hold")


def _plan(waiting: Deployment, why: str) -> Plan:
    return Plan(waiting.moves, (why,) * len(waiting.moves), ())
