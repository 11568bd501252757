"""What the environment of a CI says: GitHub Actions, GitLab CI, and for every other the variables of our own."""

from collections.abc import Mapping
from dataclasses import replace

from bluegreen.model.occasion import BRANCH, TAG, Occasion

GITHUB = "GitHub Actions"
GITLAB = "GitLab CI"
OURS = "BLUEGREEN_REF"
RUNS = ("BUILD_URL", "CIRCLE_BUILD_URL", "BUILDKITE_BUILD_URL")
"""Where other CIs say which run this is."""


def from_environment(variables: Mapping[str, str]) -> Occasion:
    """Read who runs what for which commit; a CI that is not known has told nothing."""
    found = _vendor(variables)
    commit = variables.get("BLUEGREEN_COMMIT") or found.commit
    if ref := variables.get(OURS):
        found = replace(found, refs=(ref,), told_by=OURS)
    elif commit != found.commit:
        # the vendor's tag or branch is that of the vendor's commit
        found = replace(found, refs=(), told_by="")
    return replace(
        found,
        commit=commit,
        actor=variables.get("BLUEGREEN_ACTOR") or found.actor,
        run=variables.get("BLUEGREEN_RUN") or found.run,
    )


def _vendor(variables: Mapping[str, str]) -> Occasion:
    if variables.get("GITHUB_ACTIONS"):
        return _github(variables)
    if variables.get("GITLAB_CI"):
        return _gitlab(variables)
    run = next((value for name in RUNS if (value := variables.get(name))), "")
    return Occasion("ci" if variables.get("CI") else "", run=run)


def _github(variables: Mapping[str, str]) -> Occasion:
    repository = f"{variables.get('GITHUB_SERVER_URL', '')}/{variables.get('GITHUB_REPOSITORY', '')}"
    run = variables.get("GITHUB_RUN_ID", "")
    return Occasion(
        GITHUB,
        tuple(filter(None, [variables.get("GITHUB_REF")])),
        GITHUB,
        variables.get("GITHUB_SHA", ""),
        variables.get("GITHUB_ACTOR", ""),
        f"{repository}/actions/runs/{run}" if run else "",
    )


def _gitlab(variables: Mapping[str, str]) -> Occasion:
    named = ((TAG, variables.get("CI_COMMIT_TAG")), (BRANCH, variables.get("CI_COMMIT_BRANCH")))
    return Occasion(
        GITLAB,
        tuple(f"{kind}{name}" for kind, name in named if name),
        GITLAB,
        variables.get("CI_COMMIT_SHA", ""),
        variables.get("GITLAB_USER_LOGIN", ""),
        variables.get("CI_JOB_URL", ""),
    )
