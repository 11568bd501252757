"""What the decisions before the cutover, after it and on the way back share."""

from collections.abc import Iterable

from bluegreen.decide.actions import (
    Actions,
    Finish,
    Occupancy,
    Prepare,
    Retire,
    RunHook,
    Slots,
    Start,
    Stop,
    Wait,
)
from bluegreen.decide.seen import QUIET_POLLS, Seen
from bluegreen.model.color import Color
from bluegreen.model.container import Container
from bluegreen.model.deployment import Deployment, Direction, Move, Outcome
from bluegreen.model.hooks import Hook
from bluegreen.model.service import Kind, Strategy

DRAIN_LOOK = 0.02


def failed_health(seen: Seen, moves: tuple[Move, ...]) -> str:
    """Say which of the new releases failed, and why; nothing while none did."""
    failures = ((move, seen.verdict(move)) for move in moves)
    told = ((move, verdict.failed or _missing(seen, move)) for move, verdict in failures if verdict)
    return "; ".join(f"{move.service}: {failed}" for move, failed in told if failed)


def _missing(seen: Seen, move: Move) -> str:
    """Say what is not there any more, whatever was known of its health: what went is the last to tell of it."""
    expected, found = move.new.service.replicas, len(seen.of(move.service, move.color))
    return f"{expected - found} of {expected} new containers were removed" if found < expected else ""


def failed_hooks(seen: Seen, *hooks: Hook) -> str:
    """Say which of these hooks failed, and why; nothing while none did."""
    return "; ".join(f"the hook {hook} {seen.hooks_failed[hook]}" for hook in hooks if hook in seen.hooks_failed)


def run_hook(seen: Seen, hook: Hook) -> Actions:
    """Run a hook that has not ended yet."""
    return (RunHook(hook),) if hook in seen.hooks_due else ()


def end(seen: Seen, outcome: Outcome, reason: str = "") -> Actions:
    """Finish, after the hook that is for such an end."""
    hook = Hook.POST_DEPLOY if outcome is Outcome.DEPLOYED else Hook.ON_FAILURE
    return (RunHook(hook, outcome, reason),) if hook in seen.hooks_due else (Finish(outcome, reason),)


def starts(seen: Seen, moves: tuple[Move, ...]) -> Actions:
    """Start what nobody watches yet and nothing holds back."""
    return tuple(Start(m) for m in moves if seen.verdict(m) is None and _may_start(seen, m, moves))


def stop_first(seen: Seen, moves: Iterable[Move], *, back: bool = False) -> Actions:
    """Stop the other copy of those workers of which two never work at once: the old one, on the way back the new."""
    running = (
        (m, [c for c in seen.of(m.service, m.color if back else m.color.other) if c.running])
        for m in moves
        if m.kind is Kind.WORKER and m.new.service.strategy is Strategy.STOP_FIRST
    )
    return tuple(Stop(m.service, names(found)) for m, found in running if found)


def _may_start(seen: Seen, move: Move, moves: tuple[Move, ...]) -> bool:
    for other in moves:
        if dependency := move.new.service.depends_on.get(other.service):
            verdict = seen.verdict(other)
            if verdict is None or (dependency.condition == "service_healthy" and not verdict.healthy):
                return False
    return True


def prepare(seen: Seen, slots: Slots, *, settle: bool = False) -> Actions:
    """Have nginx serve these slots, unless this run has seen to that already."""
    return () if not slots or seen.prepared == slots else (Prepare(slots, settle),)


def await_health(seen: Seen, moves: tuple[Move, ...]) -> Actions:
    """Wait while any of the new releases is not healthy yet."""
    waiting = [m.service for m in moves if not ((v := seen.verdict(m)) and v.healthy)]
    return (Wait("health", 1.0, ", ".join(waiting)),) if waiting else ()


def _drain(seen: Seen, deployment: Deployment, since: float) -> Actions:
    """Wait while something may still reach the color that is to go, as long as the services allow."""
    webs = deployment.of_kind(Kind.WEB)
    limit = max((m.new.service.drain_timeout for m in webs), default=0.0)
    if seen.quiet >= QUIET_POLLS or seen.now >= since + limit:
        return ()
    return (Wait("drain", DRAIN_LOOK, seen.flowing),)


def tidy(
    seen: Seen, deployment: Deployment, outcome: Outcome, reason: str = "", *, served_until: float | None = None
) -> Actions:
    """Take everything out of nginx's text that does not serve, then remove it; drained, if it served.

    The text comes first: the workers that its reload leaves behind drain together with the older ones.
    """
    return (
        _settle(seen, deployment)
        or (() if served_until is None else _drain(seen, deployment, served_until))
        or _gone(seen, deployment)
        or end(seen, outcome, reason)
    )


def _settle(seen: Seen, deployment: Deployment) -> Actions:
    """Take what leaves out of nginx's text.

    On the way back nginx is told only what it must be: perhaps it refuses, and that made the deployment fail.
    """
    if deployment.direction is Direction.BACK and not seen.named.intersection(_leaving(deployment)):
        return ()
    return prepare(seen, settled(seen, deployment.of_kind(Kind.WEB)), settle=True)


def _gone(seen: Seen, deployment: Deployment) -> Actions:
    found = ((service, color, seen.of(service, color)) for service, color in _leaving(deployment))
    return tuple(Retire(service, color, names(containers)) for service, color, containers in found if containers)


def _leaving(deployment: Deployment) -> tuple[tuple[str, Color], ...]:
    back = deployment.direction is Direction.BACK
    return tuple((move.service, move.color if back else move.color.other) for move in deployment.moves)


def settled(seen: Seen, moves: tuple[Move, ...]) -> Slots:
    """Say what the slots of these services hold when nothing moves: the live color, twice."""
    return {m.service: Occupancy.settled(seen.live.get(m.service)) for m in moves if m.kind is Kind.WEB}


def old_is_there(seen: Seen, move: Move) -> bool:
    """Whether the color that served before could serve again."""
    found = seen.of(move.service, move.color.other)
    if move.kind is Kind.WORKER:
        return bool(found) or move.old is None
    return bool(found) and all(c.running for c in found)


def names(containers: tuple[Container, ...] | list[Container]) -> tuple[str, ...]:
    """Return the containers' names."""
    return tuple(c.name for c in containers)
