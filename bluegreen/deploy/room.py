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
    room = workspace.machine.room(workspace.state)
    needs = Needs(_pulls(workspace, moves), _memory(workspace, moves))
    if lack := no_room(room, needs):
        raise DeploymentFailed(
            lack, "docker system df says what takes the room; docker image prune removes images without a name"
        )
    lack = no_memory(room, needs)
    if lack and not tight:
        raise DeploymentFailed(
            lack,
            "end something, name fewer services, or lower a mem_limit that is larger than the need;"
            " to go on all the same: bluegreen deploy --force",
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
    """The limit is what may be needed; without one, what a copy uses now."""
    service = move.new.service
    if service.kind is Kind.WORKER and service.strategy is Strategy.STOP_FIRST:
        return 0
    if service.mem_limit:
        return service.mem_limit * service.replicas
    running = [c.name for c in containers if c.service == service.name and c.color is move.color.other and c.running]
    return max((workspace.machine.memory_of(name) for name in running), default=0) * service.replicas
