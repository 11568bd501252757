"""Whether the project's rules let this release be deployed; asked before anything is touched, and on record."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from bluegreen.decide.policy import Refusal, by_branch, refusal
from bluegreen.deploy.author import occasion
from bluegreen.deploy.workspace import Workspace
from bluegreen.git import Repository
from bluegreen.model.errors import CommandError, ConfigError
from bluegreen.model.occasion import Occasion


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a deployment is said to be for; empty: as the CI or git tells."""

    ref: str = ""
    """`refs/tags/v1.4.2`, `refs/heads/main`."""
    commit: str = ""
    override: str = ""
    """Why the rules do not count this time."""
    images: tuple[str, ...] = ()
    """The commits of images that are named one by one."""


def permitted(workspace: Workspace, purpose: Purpose) -> list[str]:
    """Return notes on what was overridden. Raises ConfigError where a rule refuses the release."""
    found = refused(workspace, purpose)
    if found is None:
        return []
    if purpose.override:
        workspace.ledger.audit(workspace.author, f"overrides {found}: {purpose.override}", time.time())
        return [f"overridden: {found} ({purpose.override})"]
    workspace.ledger.audit(workspace.author, f"refused by {found}", time.time())
    environment = workspace.project.environment or "services.yaml"
    raise ConfigError(
        f"{environment} does not let this be deployed: {found}", f'{found.remedy}; or say why not: --override "reason"'
    )


def refused(workspace: Workspace, purpose: Purpose) -> Refusal | None:
    """Return the rule that refuses the release, if any."""
    project = workspace.project
    if project.release == "any" and not project.branches:
        return None
    now = occasion(workspace.folder, purpose.ref, purpose.commit)
    others = (Occasion(commit=commit) for commit in purpose.images if commit != now.commit)
    beside = (by_branch(project, each, _lacks(workspace, each.commit)) for each in others)
    return refusal(project, now, _lacks(workspace, now.commit)) or next(filter(None, beside), None)


def _lacks(workspace: Workspace, commit: str) -> Mapping[str, str]:
    branches = workspace.project.branches
    if not commit:
        return dict.fromkeys(branches, "the commit is not known (--commit, or BLUEGREEN_COMMIT)")
    return {branch: _lacking(Repository(workspace.folder), branch, commit) for branch in branches}


def _lacking(repository: Repository, branch: str, commit: str) -> str:
    try:
        return "" if repository.contains(branch, commit) else f"{commit[:10]} is not in {branch}"
    except CommandError as error:
        hint = f" ({error.hint})" if error.hint else ""
        return f"it can't be told whether {commit[:10]} is in {branch}: {error.message}{hint}"
