"""The heart: from what is observed and what is wanted to the next actions.

Pure, and asked again after every action, so a run that was killed is finished or undone by the same
decisions from another starting point.
"""

from bluegreen.decide.actions import (
    Abandon,
    Action,
    Commit,
    Cutover,
    Finish,
    Leave,
    Occupancy,
    Prepare,
    Retire,
    RunReleaseCommand,
    Slots,
    Start,
    Stop,
    Wait,
)
from bluegreen.decide.seen import QUIET_POLLS, Seen
from bluegreen.model.container import Container
from bluegreen.model.deployment import Deployment, Direction, Move, Outcome, Request, Verb
from bluegreen.model.service import Kind, Strategy

Actions = tuple[Action, ...]
BAKE_LOOK = 0.25
DRAIN_LOOK = 0.02


def decide(seen: Seen, deployment: Deployment) -> Actions:
    """Return what to do next; several actions may be done side by side."""
    if deployment.direction is Direction.BACK:
        return _turn_back(seen, deployment)
    if not committed(seen, deployment):
        return _advance(seen, deployment)
    return _complete(seen, deployment)


def committed(seen: Seen, deployment: Deployment) -> bool:
    """Whether the new releases serve: nginx says so, or the ledger where nginx has no part."""
    webs = deployment.of_kind(Kind.WEB)
    if not webs:
        return deployment.committed_at is not None
    return all(seen.live.get(move.service) is move.color for move in webs)


def _advance(seen: Seen, deployment: Deployment) -> Actions:
    webs = deployment.of_kind(Kind.WEB)
    first = webs or tuple(m for m in deployment.moves if m.new.service.strategy is Strategy.OVERLAP)
    if reason := _refusal(seen, first):
        return (Abandon(reason),)
    return (
        _clear(seen, deployment.moves)
        or _release_commands(seen, deployment)
        or _starts(seen, first)
        or _prepare(seen, {m.service: _ahead(seen, m) for m in webs})
        or _await_health(seen, first)
        or _cut_over(webs)
    )


def _ahead(seen: Seen, move: Move) -> Occupancy:
    return Occupancy.prepared(move.color, seen.live.get(move.service))


def _refusal(seen: Seen, moves: tuple[Move, ...]) -> str:
    if seen.request is Request.INTERRUPT:
        return "interrupted"
    return "aborted on request" if seen.request else _failed_health(seen, moves)


def _failed_health(seen: Seen, moves: tuple[Move, ...]) -> str:
    failures = ((move, seen.verdict(move)) for move in moves)
    return "; ".join(f"{move.service}: {verdict.failed}" for move, verdict in failures if verdict and verdict.failed)


def _clear(seen: Seen, moves: tuple[Move, ...]) -> Actions:
    """Remove what an earlier run left in the colors that are needed, once nginx names it no more."""
    strays = [(move, _strays(seen, move)) for move in moves]
    retire = tuple(Retire(m.service, m.color, _names(found)) for m, found in strays if found)
    return retire and (_prepare(seen, _settled(seen, moves), settle=True) or retire)


def _strays(seen: Seen, move: Move) -> tuple[Container, ...]:
    watched = seen.verdict(move) is not None
    return tuple(c for c in seen.of(move.service, move.color) if c.release != move.new.id or not (watched or c.running))


def _release_commands(seen: Seen, deployment: Deployment) -> Actions:
    """One at a time: two migrations of one database must not meet."""
    for move in deployment.moves:
        command = move.new.service.release_command
        if command and move.new.id not in seen.commands_done:
            return (RunReleaseCommand(move, command),)
    return ()


def _starts(seen: Seen, moves: tuple[Move, ...]) -> Actions:
    return tuple(Start(m) for m in moves if seen.verdict(m) is None and _may_start(seen, m, moves))


def _may_start(seen: Seen, move: Move, moves: tuple[Move, ...]) -> bool:
    for other in moves:
        if dependency := move.new.service.depends_on.get(other.service):
            verdict = seen.verdict(other)
            if verdict is None or (dependency.condition == "service_healthy" and not verdict.healthy):
                return False
    return True


def _prepare(seen: Seen, slots: Slots, *, settle: bool = False) -> Actions:
    return () if not slots or seen.prepared == slots else (Prepare(slots, settle),)


def _await_health(seen: Seen, moves: tuple[Move, ...]) -> Actions:
    waiting = [m.service for m in moves if not ((v := seen.verdict(m)) and v.healthy)]
    return (Wait("health", 1.0, ", ".join(waiting)),) if waiting else ()


def _cut_over(webs: tuple[Move, ...]) -> Actions:
    return (Cutover({m.service: m.color for m in webs}),) if webs else (Commit(),)


def _complete(seen: Seen, deployment: Deployment) -> Actions:
    if deployment.committed_at is None:
        return (Commit(),)
    if seen.request is Request.INTERRUPT:
        return (Leave(),)
    if reason := _failing(seen, deployment):
        return (Abandon(reason) if _can_turn_back(seen, deployment) else Finish(Outcome.STUCK, reason),)
    return (
        _change_workers(seen, deployment)
        or _bake(seen, deployment)
        or _drain(seen, deployment, deployment.committed_at)
        or _tidy(seen, deployment, Outcome.DEPLOYED)
    )


def _failing(seen: Seen, deployment: Deployment) -> str:
    if seen.request in (Request.ROLLBACK, Request.ABORT):
        return "rolled back on request"
    return _failed_health(seen, deployment.moves) or "; ".join(
        filter(None, (_too_many_errors(seen, move) for move in deployment.of_kind(Kind.WEB)))
    )


def _too_many_errors(seen: Seen, move: Move) -> str:
    tally, limit = seen.tally(move), move.new.service.bake
    if tally.requests < limit.min_requests or tally.failed <= limit.max_5xx * tally.requests:
        return ""
    return (
        f"{move.service}: {tally.failed} of {tally.requests} answers failed "
        f"({tally.failed / tally.requests:.1%}; the limit is {limit.max_5xx:.1%})"
    )


def _can_turn_back(seen: Seen, deployment: Deployment) -> bool:
    """Never roll back a rollback; nor onto what is not there any more."""
    return deployment.verb is Verb.DEPLOY and all(_old_is_there(seen, move) for move in deployment.moves)


def _old_is_there(seen: Seen, move: Move) -> bool:
    found = seen.of(move.service, move.color.other)
    if move.kind is Kind.WORKER:
        return bool(found) or move.old is None
    return move.old is not None and bool(found) and all(c.running for c in found)


def _change_workers(seen: Seen, deployment: Deployment) -> Actions:
    """Start the workers; a run that takes over looks at the web services again while the old ones are there."""
    watched = tuple(m for m in deployment.moves if m.kind is Kind.WORKER or seen.of(m.service, m.color.other))
    stop = _stop_first(seen, deployment.of_kind(Kind.WORKER))
    return stop or _starts(seen, watched) or _await_health(seen, watched)


def _stop_first(seen: Seen, workers: tuple[Move, ...]) -> Actions:
    running = (
        (m, [c for c in seen.of(m.service, m.color.other) if c.running])
        for m in workers
        if m.new.service.strategy is Strategy.STOP_FIRST
    )
    return tuple(Stop(m.service, _names(found)) for m, found in running if found)


def _bake(seen: Seen, deployment: Deployment) -> Actions:
    remaining = (deployment.committed_at or seen.now) + deployment.bake - seen.now
    return (Wait("bake", min(remaining, BAKE_LOOK), f"{remaining:.0f} s to go"),) if remaining > 0 else ()


def _drain(seen: Seen, deployment: Deployment, since: float) -> Actions:
    webs = deployment.of_kind(Kind.WEB)
    limit = max((m.new.service.drain_timeout for m in webs), default=0.0)
    if seen.quiet >= QUIET_POLLS or seen.now >= since + limit:
        return ()
    return (Wait("drain", DRAIN_LOOK, seen.flowing),)


def _tidy(seen: Seen, deployment: Deployment, outcome: Outcome, reason: str = "") -> Actions:
    """Take everything out of nginx's text that does not serve, then remove it."""
    gone = tuple(_gone(seen, deployment))
    return (
        _prepare(seen, _settled(seen, deployment.of_kind(Kind.WEB)), settle=True) or gone or (Finish(outcome, reason),)
    )


def _gone(seen: Seen, deployment: Deployment) -> list[Retire]:
    back = deployment.direction is Direction.BACK
    colors = ((move.service, move.color if back else move.color.other) for move in deployment.moves)
    found = ((service, color, seen.of(service, color)) for service, color in colors)
    return [Retire(service, color, _names(containers)) for service, color, containers in found if containers]


def _settled(seen: Seen, moves: tuple[Move, ...]) -> Slots:
    return {m.service: Occupancy.settled(seen.live.get(m.service)) for m in moves if m.kind is Kind.WEB}


def _turn_back(seen: Seen, deployment: Deployment) -> Actions:
    switched = [m for m in deployment.of_kind(Kind.WEB) if seen.live.get(m.service) is m.color]
    if switched and not all(_old_is_there(seen, m) for m in switched):
        return (Finish(Outcome.STUCK, f"{deployment.reason}; the old release is not there to go back to"),)
    if switched:
        return (Cutover({m.service: m.color.other for m in switched}, back=True),)
    turned = deployment.committed_at is not None
    return (
        _revive(seen, deployment)
        or (_drain(seen, deployment, deployment.turned_at or seen.now) if turned else ())
        or _tidy(seen, deployment, Outcome.ROLLED_BACK if turned else Outcome.FAILED, deployment.reason)
    )


def _revive(seen: Seen, deployment: Deployment) -> Actions:
    """Start old workers again that had to stop first."""
    back = (Move(m.new, m.old, m.color.other) for m in deployment.of_kind(Kind.WORKER) if m.old)
    return tuple(Start(m) for m in back if seen.verdict(m) is None and not _all_run(seen, m))


def _all_run(seen: Seen, move: Move) -> bool:
    found = seen.of(move.service, move.color)
    return bool(found) and all(c.running for c in found)


def _names(containers: tuple[Container, ...] | list[Container]) -> tuple[str, ...]:
    return tuple(c.name for c in containers)
