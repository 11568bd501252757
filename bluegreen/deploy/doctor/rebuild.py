"""A ledger rebuilt: for each deployment that a live container's label names, what it must have moved."""

import time
from collections.abc import Mapping

from bluegreen.decide.doctor.facts import Facts
from bluegreen.deploy.workspace import Workspace
from bluegreen.model.deployment import Deployment, Move, Verb


def rebuild(workspace: Workspace, facts: Facts) -> None:
    """Write down what serves as the deployments that made it. Raises LedgerError."""
    for deployment, moves in sorted(_moves(facts).items()):
        if not workspace.ledger.knows(deployment):
            found = Deployment(deployment, Verb.DEPLOY, tuple(moves), 0.0)
            workspace.ledger.adopt(found, workspace.author, time.time())


def _moves(facts: Facts) -> Mapping[str, list[Move]]:
    found: dict[str, list[Move]] = {}
    for service, now in facts.current.items():
        if service in facts.unrecorded and now.release and now.color:
            deployment = facts.live(service)[0].deployment
            found.setdefault(deployment, []).append(Move(None, now.release, now.color))
    return found
