"""What may be deployed, as a table."""

from collections.abc import Mapping

import pytest

from bluegreen.decide.policy import refusal
from bluegreen.model.occasion import Occasion
from tests.fakes.project import project

MAIN = Occasion("GitHub Actions", ("refs/heads/main",), "GitHub Actions", "0123456789abcdef")
TAG = Occasion("GitHub Actions", ("refs/tags/v1.4.2",), "GitHub Actions", "0123456789abcdef")
BOTH = Occasion("", ("refs/tags/v1", "refs/heads/feature"), "git", "0123456789abcdef")
PULL = Occasion("GitHub Actions", ("refs/pull/7/merge",), "GitHub Actions", "0123456789abcdef")
NONE = Occasion(commit="0123456789abcdef")

ANY: Mapping[str, object] = {}
TAGS = {"release": "tag", "tags": ("v*",)}
BRANCH = {"branches": ("main", "release/*")}
INSIDE = {"main": "", "release/*": "0123456789 is not in release/*"}
OUTSIDE = {"main": "0123456789 is not in main", "release/*": "there is no branch release/* in this repository"}

SHORT = Occasion(refs=("v1",), told_by="--ref")
KINDS = "refs/tags/… nor refs/heads/…"
AT = "at 0123456789, says GitHub Actions"


@pytest.mark.parametrize(
    ("rules", "occasion", "lacks", "expected"),
    [
        (ANY, Occasion(), {}, None),
        (ANY, PULL, {}, None),
        (TAGS, TAG, {}, None),
        (TAGS, BOTH, {}, None),
        (TAGS, MAIN, {}, f"release: tag (v*): this is the branch main {AT}"),
        (TAGS, PULL, {}, f"release: tag (v*): this is refs/pull/7/merge, neither {KINDS} {AT}"),
        (
            TAGS,
            Occasion(refs=("v1",), told_by="--ref"),
            {},
            f"release: tag (v*): this is v1, neither {KINDS}, says --ref",
        ),
        (TAGS, NONE, {}, "release: tag (v*): no tag or branch is known at 0123456789 (--ref, or BLUEGREEN_REF)"),
        (TAGS, Occasion(), {}, "release: tag (v*): no tag or branch is known (--ref, or BLUEGREEN_REF)"),
        (
            {**TAGS, "tags": ("v2.*", "hotfix-*")},
            TAG,
            {},
            f"release: tag (v2.*, hotfix-*): this is the tag v1.4.2 {AT}",
        ),
        ({"release": "tag"}, TAG, {}, None),
        ({"release": "tag"}, MAIN, {}, f"release: tag (*): this is the branch main {AT}"),
        (BRANCH, MAIN, {}, None),
        (BRANCH, TAG, INSIDE, None),
        (
            BRANCH,
            TAG,
            OUTSIDE,
            "branches: main, release/*: 0123456789 is not in main; there is no branch release/* in this repository",
        ),
        ({**TAGS, **BRANCH}, TAG, INSIDE, None),
        ({**TAGS, **BRANCH}, MAIN, INSIDE, f"release: tag (v*): this is the branch main {AT}"),
        ({**TAGS, "branches": ("main",)}, TAG, {"main": "no"}, "branches: main: no"),
    ],
)
def test_the_rule_that_refuses_is_named_with_what_was_seen(
    rules: Mapping[str, object], occasion: Occasion, lacks: Mapping[str, str], expected: str | None
) -> None:
    ruled = project({"server": {"image": "shop:1", "port": 3000}}).model_copy(update=dict(rules))
    found = refusal(ruled, occasion, lacks)
    assert (str(found) if found else None) == expected
