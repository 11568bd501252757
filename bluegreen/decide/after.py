"""After the cutover: watch, drain, clean up; nothing may remove what serves."""

from bluegreen.decide.actions import (
    Abandon,
    Actions,
    Commit,
    Leave,
    Start,
    Wait,
)
from bluegreen.decide.parts import (
    await_health,
    end,
    failed_health,
    failed_hooks,
    old_is_there,
    run_hook,
    starts,
    stop_first,
    tidy,
)
from bluegreen.decide.seen import Seen
from bluegreen.model.color import Color
from bluegreen.model.deployment import Deployment, Move, Outcome, Request, Verb
from bluegreen.model.hooks import Hook
from bluegreen.model.service import Kind

BAKE_LOOK = 0.25


def complete(seen: Seen, deployment: Deployment) -> Actions:
    """Return what to do while and after the old color still runs."""
    if deployment.committed_at is None:
        return (Commit(),)
    if seen.request is Request.INTERRUPT:
        return _successors(seen, deployment) or (Leave(),)
    if _over(seen, deployment):
        return tidy(seen, deployment, Outcome.DEPLOYED)
    if reason := _failing(seen, deployment):
        return (Abandon(reason),) if _can_turn_back(seen, deployment) else end(seen, Outcome.STUCK, reason)
    return (
        run_hook(seen, Hook.POST_CUTOVER)
        or _change_workers(seen, deployment)
        or _bake(seen, deployment)
        or tidy(seen, deployment, Outcome.DEPLOYED, served_until=deployment.committed_at)
    )


def _over(seen: Seen, deployment: Deployment) -> bool:
    """Whether the old releases are gone, and nginx names none of them: there is nothing to choose any more."""
    left = {(move.service, move.color.other) for move in deployment.moves}
    replaced = any(move.old for move in deployment.of_kind(Kind.WEB))
    return replaced and not seen.named & left and not any(seen.of(*color) for color in left)


def _failing(seen: Seen, deployment: Deployment) -> str:
    if seen.request in (Request.ROLLBACK, Request.ABORT) and _can_turn_back(seen, deployment):
        return "rolled back on request"
    return (
        failed_health(seen, deployment.moves) or failed_hooks(seen, Hook.POST_CUTOVER) or _many_errors(seen, deployment)
    )


def _many_errors(seen: Seen, deployment: Deployment) -> str:
    """Say where too many answers failed, while there is a choice; a run that takes over reads of an outage's, too."""
    if _has_begun_to_go(seen, deployment):
        return ""
    watched = (move for move in deployment.of_kind(Kind.WEB) if seen.of(move.service, move.color.other))
    return "; ".join(filter(None, (_too_many_errors(seen, move) for move in watched)))


def _has_begun_to_go(seen: Seen, deployment: Deployment) -> bool:
    """Whether the old color left nginx's text, and some of it stopped: a run that was killed was retiring it."""
    old = tuple(move for move in deployment.moves if move.old)
    named = seen.named.intersection((move.service, move.color.other) for move in old)
    return not named and not all(old_is_there(seen, move) for move in old)


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
    return deployment.verb is Verb.DEPLOY and all(old_is_there(seen, move) for move in deployment.moves)


def _change_workers(seen: Seen, deployment: Deployment) -> Actions:
    """Start the workers; a run that takes over looks at the web services again while the old ones are there."""
    watched = tuple(m for m in deployment.moves if m.kind is Kind.WORKER or seen.of(m.service, m.color.other))
    stop = stop_first(seen, deployment.moves)
    return stop or starts(seen, watched) or await_health(seen, watched)


def _successors(seen: Seen, deployment: Deployment) -> Actions:
    """Start the new copy of a worker whose old one has stopped for it: some copy must work."""
    bereft = (m for m in deployment.of_kind(Kind.WORKER) if m.old and seen.verdict(m) is None)
    return tuple(Start(m) for m in bereft if not any(c.running for color in Color for c in seen.of(m.service, color)))


def _bake(seen: Seen, deployment: Deployment) -> Actions:
    remaining = (deployment.committed_at or seen.now) + deployment.bake - seen.now
    return (Wait("bake", min(remaining, BAKE_LOOK), f"{remaining:.0f} s to go"),) if remaining > 0 else ()
