"""The way back: traffic first, then what it left."""

from bluegreen.decide.actions import (
    Actions,
    Cutover,
    Leave,
    Occupancy,
    Start,
)
from bluegreen.decide.parts import end, old_is_there, prepare, stop_first, tidy
from bluegreen.decide.seen import Seen
from bluegreen.model.deployment import Deployment, Move, Outcome, Request
from bluegreen.model.service import Kind


def turn_back(seen: Seen, deployment: Deployment) -> Actions:
    """Return the next step back to the old releases."""
    switched = [m for m in deployment.of_kind(Kind.WEB) if seen.live.get(m.service) is m.color]
    if switched and not all(old_is_there(seen, m) for m in switched):
        return end(seen, Outcome.STUCK, f"{deployment.reason}; the old release is not there to go back to")
    if switched:
        return _ready(seen, switched) or (Cutover({m.service: m.color.other for m in switched}, back=True),)
    turned = deployment.committed_at is not None
    interrupted = turned and seen.request is Request.INTERRUPT
    if turned and not all(old_is_there(seen, m) for m in deployment.of_kind(Kind.WEB)):
        return end(seen, Outcome.STUCK, f"{deployment.reason}; then the old release, which serves again, went down")
    outcome = Outcome.ROLLED_BACK if turned else Outcome.FAILED
    return (
        _revive(seen, deployment)
        or ((Leave(),) if interrupted else ())
        or tidy(seen, deployment, outcome, deployment.reason, served_until=_turned_at(seen, deployment))
    )


def _turned_at(seen: Seen, deployment: Deployment) -> float | None:
    """When the new color stopped serving, if it ever served."""
    return None if deployment.committed_at is None else deployment.turned_at or seen.now


def _ready(seen: Seen, moves: list[Move]) -> Actions:
    """Nginx's text may name the new colors alone already: a rename would move nothing then."""
    if all((m.service, m.color.other) in seen.named for m in moves):
        return ()
    return prepare(seen, {m.service: Occupancy.prepared(m.color.other, m.color) for m in moves})


def _revive(seen: Seen, deployment: Deployment) -> Actions:
    """Start old workers again that had to stop first; the new copy has to stop before."""
    stopped = tuple(m for m in deployment.of_kind(Kind.WORKER) if _has_stopped(seen, m))
    again = (Start(Move(m.new, m.old, m.color.other)) for m in stopped if m.old)
    return stop_first(seen, stopped, back=True) or tuple(again)


def _has_stopped(seen: Seen, move: Move) -> bool:
    """Whether the old copy does not run, and this run has not started it again."""
    color = move.color.other
    found = seen.of(move.service, color)
    runs = bool(found) and all(c.running for c in found)
    return move.old is not None and not runs and (move.service, color) not in seen.verdicts
