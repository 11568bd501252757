"""Measuring whether a deployment has room, before anything is touched."""

from collections.abc import Sequence
from functools import partial

from bluegreen.decide.room import Needs, no_memory, no_room
from bluegreen.deploy.together import together
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.container import Container
from bluegreen.model.deployment import Move
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.service import Kind, Strategy


def check_room(workspace: Workspace, moves: Sequence[Move], *, tight: bool) -> list[str]:
    """Compare what is free with what the moves need; with `tight`, too little memory is a note.

    Raises DeploymentFailed.
    """
    return _check(workspace, Needs(_pulls(workspace, moves), _memory(workspace, moves)), tight=tight)


def check_room_to_promote(workspace: Workspace, moves: Sequence[Move], *, tight: bool) -> list[str]:
    """The same for what is held: its images are here, and of its containers only the workers' are to come."""
    return _check(workspace, Needs((), _memory(workspace, moves)), tight=tight)


def _check(workspace: Workspace, needs: Needs, *, tight: bool) -> list[str]:
    room = workspace.machine.room(workspace.state)
    if lack := no_room(room, needs):
        raise DeploymentFailed(
            lack, "docker system df says what takes the room; docker image prune removes images without a name"
        )
    lack = no_memory(room, needs)
    if lack and not tight:
        raise DeploymentFailed(
            lack,
            "end something, name fewer services, or lower a mem_limit that is larger than the need;"
            " to go on all the same: the same command with --force",
        )
    return [lack] if lack else []


def _pulls(workspace: Workspace, moves: Sequence[Move]) -> tuple[int, ...]:
    """A release is about as large as the one before it."""
    pulled = {move.new.image.run: move.old for move in moves if not move.new.image.present}
    if not pulled:
        return ()
    sizes = {name: image.size for image in workspace.images.stored() for name in (image.id, *image.names)}
    return tuple(sizes.get(old.image.run, 0) if old else 0 for old in pulled.values())


def _memory(workspace: Workspace, moves: Sequence[Move]) -> dict[str, int]:
    containers = workspace.apps()
    needs = together(partial(_second_copy, workspace, move, containers) for move in moves)
    return {move.service: need for move, need in zip(moves, needs, strict=True) if need}


def _second_copy(workspace: Workspace, move: Move, containers: tuple[Container, ...]) -> int:
    """The limit is what may be needed; without one, what a copy uses now. Replicas that run already have theirs."""
    service = move.new.service
    if service.kind is Kind.WORKER and service.strategy is Strategy.STOP_FIRST:
        return 0
    running = [c for c in containers if c.service == service.name and c.running]
    missing = service.replicas - sum((c.color, c.release) == (move.color, move.new.id) for c in running)
    if service.mem_limit or not missing:
        return (service.mem_limit or 0) * missing
    copies = [c.name for c in running if c.color is move.color.other]
    return max((workspace.machine.memory_of(name) for name in copies), default=0) * missing
