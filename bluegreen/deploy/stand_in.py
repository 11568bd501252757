"""What answers is live: where the live color went down, and nginx fell back to the other one.

So a deployment ends that a person must choose for. Until then both colors stay, and what answers is taken for what
it is: the next deployment goes beside it, and not in its place.
"""

from bluegreen.deploy.routing import fallbacks
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.color import Color
from bluegreen.model.deployment import Outcome
from bluegreen.model.service import Kind


def follow(workspace: Workspace) -> list[str]:
    """Make the colors live that stand in for one that does not run; return a note for each. No traffic moves."""
    if not _left_to_a_person(workspace):
        return []
    view, containers = workspace.proxy.view(), workspace.apps()
    up = {(c.service, c.color) for c in containers if c.running}
    found = {
        service: color
        for service, color in fallbacks(view, containers).items()
        if (service, view.live.get(service, Color.BLUE)) not in up
    }
    if found:
        workspace.proxy.switch({**view.live, **found})
    return [
        f"{name}: {color.other} does not run; {color}, which answered for it, is live now"
        for name, color in found.items()
    ]


def _left_to_a_person(workspace: Workspace) -> bool:
    names = (service.name for service in workspace.project.of_kind(Kind.WEB))
    return any(past.outcome == Outcome.STUCK for name in names for past in workspace.ledger.history(1, name))
