"""Before the cutover: prepare outside, turn back at the first failure."""

from bluegreen.decide.actions import (
    Abandon,
    Actions,
    Commit,
    Cutover,
    Finish,
    Occupancy,
    Retire,
    RunReleaseCommand,
)
from bluegreen.decide.parts import await_health, failed_health, failed_hooks, names, prepare, run_hook, settled, starts
from bluegreen.decide.seen import Seen
from bluegreen.model.container import Container
from bluegreen.model.deployment import Deployment, Move, Outcome, Request
from bluegreen.model.hooks import Hook
from bluegreen.model.service import Kind, Strategy

INTERRUPTED = "interrupted"
"""Why a deployment turns back that a signal ended."""


def advance(seen: Seen, deployment: Deployment) -> Actions:
    """Return the next step towards the cutover."""
    webs = deployment.of_kind(Kind.WEB)
    first = webs or tuple(m for m in deployment.moves if m.new.service.strategy is Strategy.OVERLAP)
    if reason := _refusal(seen, first):
        return (Abandon(reason),)
    return (
        run_hook(seen, Hook.PRE_DEPLOY)
        or _clear(seen, deployment.moves)
        or _release_commands(seen, deployment)
        or starts(seen, first)
        or prepare(seen, {m.service: _ahead(seen, m) for m in webs})
        or await_health(seen, first)
        or (run_hook(seen, Hook.SMOKE) if first else ())
        or _hold(deployment)
        or _cut_over(webs)
    )


def _ahead(seen: Seen, move: Move) -> Occupancy:
    return Occupancy.prepared(move.color, seen.live.get(move.service))


def _refusal(seen: Seen, moves: tuple[Move, ...]) -> str:
    if seen.request in (Request.INTERRUPT, Request.HANG_UP):
        return INTERRUPTED
    if seen.request:
        return "aborted on request"
    return failed_health(seen, moves) or failed_hooks(seen, Hook.PRE_DEPLOY, Hook.SMOKE)


def _clear(seen: Seen, moves: tuple[Move, ...]) -> Actions:
    """Remove what an earlier run left in the colors that are needed, once nginx names it no more."""
    strays = [(move, _strays(seen, move)) for move in moves]
    retire = tuple(Retire(m.service, m.color, names(found)) for m, found in strays if found)
    return retire and (prepare(seen, settled(seen, moves), settle=True) or retire)


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


def _hold(deployment: Deployment) -> Actions:
    return (Finish(Outcome.HELD),) if deployment.hold else ()


def _cut_over(webs: tuple[Move, ...]) -> Actions:
    return (Cutover({m.service: m.color for m in webs}),) if webs else (Commit(),)
