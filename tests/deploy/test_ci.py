"""What the environments of CIs say."""

from collections.abc import Mapping

import pytest

from bluegreen.deploy.ci import from_environment
from bluegreen.model.occasion import Occasion

GITHUB = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_REF": "refs/tags/v1.4.2",
    "GITHUB_SHA": "0123456789",
    "GITHUB_ACTOR": "alice",
    "GITHUB_SERVER_URL": "https://github.example",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_RUN_ID": "77",
}
GITLAB = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_COMMIT_SHA": "0123456789",
    "GITLAB_USER_LOGIN": "bob",
    "CI_JOB_URL": "https://gitlab.example/acme/shop/-/jobs/7",
}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, Occasion()),
        ({"CI": "1", "BUILD_URL": "https://ci.example/7"}, Occasion("ci", run="https://ci.example/7")),
        (
            GITHUB,
            Occasion(
                "GitHub Actions",
                ("refs/tags/v1.4.2",),
                "GitHub Actions",
                "0123456789",
                "alice",
                "https://github.example/acme/shop/actions/runs/77",
            ),
        ),
        (
            GITLAB | {"CI_COMMIT_BRANCH": "main"},
            Occasion(
                "GitLab CI",
                ("refs/heads/main",),
                "GitLab CI",
                "0123456789",
                "bob",
                "https://gitlab.example/acme/shop/-/jobs/7",
            ),
        ),
        (
            GITLAB | {"CI_COMMIT_TAG": "v2"},
            Occasion(
                "GitLab CI",
                ("refs/tags/v2",),
                "GitLab CI",
                "0123456789",
                "bob",
                "https://gitlab.example/acme/shop/-/jobs/7",
            ),
        ),
        (
            {
                "BLUEGREEN_REF": "refs/heads/main",
                "BLUEGREEN_COMMIT": "abc",
                "BLUEGREEN_ACTOR": "carol",
                "BLUEGREEN_RUN": "9",
            },
            Occasion("", ("refs/heads/main",), "BLUEGREEN_REF", "abc", "carol", "9"),
        ),
        (
            {**GITHUB, "GITHUB_RUN_ID": "", "BLUEGREEN_REF": "refs/heads/main", "BLUEGREEN_ACTOR": ""},
            Occasion("GitHub Actions", ("refs/heads/main",), "BLUEGREEN_REF", "0123456789", "alice", ""),
        ),
    ],
    ids=["none", "unknown", "github", "gitlab branch", "gitlab tag", "generic", "ours is stronger"],
)
def test_a_ci_tells_ref_commit_actor_and_run(variables: Mapping[str, str], expected: Occasion) -> None:
    assert from_environment(variables) == expected


def test_tags_and_branches_are_known_by_their_names() -> None:
    found = Occasion(refs=("refs/tags/v1", "refs/heads/feature/x", "refs/pull/1/merge"))
    assert (found.tags, found.branches) == (("v1",), ("feature/x",))
