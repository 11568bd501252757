"""Making room before new images come: images of earlier releases that no way back needs, and what is bulky and old."""

import json
import time
from collections.abc import Iterable
from pathlib import Path

from bluegreen import files
from bluegreen.decide.retention import needed_releases, unneeded_images
from bluegreen.deploy.workspace import Workspace
from bluegreen.engine.reference import parse
from bluegreen.model.deployment import Move
from bluegreen.model.errors import AdapterError, LedgerError
from bluegreen.model.release import StoredImage

KEPT = "kept.json"
"""The images that a project needs, for the other projects on the engine, whose state directories lie beside its own."""

REPORTS = 20
"""Report files of unexpected errors that stay."""


def make_room(workspace: Workspace, moves: Iterable[Move]) -> list[str]:
    """Remove what no release needs that runs, is wanted or may be rolled back to; return what it was, a line each.

    What can't be removed stays, and is no failure.
    """
    ledger = workspace.ledger
    wanted = [release for move in moves for release in (move.old, move.new) if release]
    ledger.know(wanted)
    needed = _needed(workspace) | {release.id for release in wanted}
    kept = ledger.images_of(needed)
    files.write(workspace.state / KEPT, json.dumps(sorted(kept)).encode())
    ledger.trim(needed)
    for report in sorted(workspace.state.glob("report-*.txt"))[:-REPORTS]:
        files.remove(report)
    try:
        return _prune(workspace, kept | _kept_by_others(workspace))
    except AdapterError as error:
        return [f"no image was removed: {error.message}"]


def _needed(workspace: Workspace) -> frozenset[str]:
    ledger, project = workspace.ledger, workspace.project
    histories = [ledger.moves_of(name) for name in project.services]
    open_ones = filter(None, (ledger.unfinished(), *ledger.held()))
    moves = [move for deployment in open_ones for move in deployment.moves]
    under_way = [release.id for move in moves for release in (move.old, move.new) if release]
    running = [container.release for container in workspace.engine.containers()]
    return needed_releases(histories, project.keep_releases).union(under_way, running)


def _kept_by_others(workspace: Workspace) -> frozenset[str]:
    lists = (path for path in workspace.state.parent.glob(f"*/{KEPT}") if path.parent != workspace.state)
    return frozenset(run for path in lists for run in _read(path))


def _read(path: Path) -> list[str]:
    try:
        runs: list[str] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise LedgerError(f"cannot read which images another project keeps, {path}: {error}") from error
    return runs


def _prune(workspace: Workspace, kept: frozenset[str]) -> list[str]:
    stored = workspace.images.stored()
    deployed = workspace.ledger.deployed_as(name for image in stored for name in (image.id, *image.names))
    names = {run: frozenset(parse(ref).name for ref in refs) for run, refs in deployed.items()}
    return [_removed(workspace, image) for image in unneeded_images(stored, names, kept)]


def _removed(workspace: Workspace, image: StoredImage) -> str:
    called = min(image.names, key=lambda name: "@" in name, default=image.id)
    try:
        workspace.images.discard(image)
    except AdapterError as error:
        return f"{called} stays: {error.message}"
    # what never was in a registry has no digest there
    built = "" if any("@" in name for name in image.names) else ", which was built here"
    said = f"removed the image {called} of an earlier release{built} ({image.size / 1e6:.0f} MB)"
    workspace.ledger.audit(workspace.author, said, time.time())
    return said
