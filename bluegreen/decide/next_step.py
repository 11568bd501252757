"""The heart: from what is observed and what is wanted to the next actions.

Pure, and asked again after every action, so a run that was killed is finished or undone by the same
decisions from another starting point.
"""

from bluegreen.decide.actions import Actions
from bluegreen.decide.after import complete
from bluegreen.decide.back import turn_back
from bluegreen.decide.before import advance
from bluegreen.decide.seen import Seen
from bluegreen.model.deployment import Deployment, Direction
from bluegreen.model.service import Kind


def decide(seen: Seen, deployment: Deployment) -> Actions:
    """Return what to do next; several actions may be done side by side."""
    if deployment.direction is Direction.BACK:
        return turn_back(seen, deployment)
    if not committed(seen, deployment):
        return advance(seen, deployment)
    return complete(seen, deployment)


def committed(seen: Seen, deployment: Deployment) -> bool:
    """Whether the new releases serve: nginx says so, or the ledger where nginx has no part."""
    webs = deployment.of_kind(Kind.WEB)
    if not webs:
        return deployment.committed_at is not None
    return all(seen.live.get(move.service) is move.color for move in webs)
