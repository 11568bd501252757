"""Which images may go, and which releases a way back needs."""

import pytest

from bluegreen.decide.retention import needed_releases, unneeded_images
from bluegreen.model.deployment import Verb
from bluegreen.model.release import StoredImage

DEPLOY, ROLLBACK = Verb.DEPLOY, Verb.ROLLBACK
RUN = "shop@sha256:1"
DEPLOYED = {RUN: frozenset({"shop:1", "shop:stable"}), "sha256:built": frozenset({"local:1"})}
NEVER_DEPLOYED, TAGGED = StoredImage("sha256:a", frozenset({"other:1"}), 1), frozenset({"shop:1", RUN})


@pytest.mark.parametrize(
    ("moves", "keep", "needed"),
    [
        ([], 3, set()),
        ([(DEPLOY, "1")], 3, {"1"}),
        ([(DEPLOY, "1"), (DEPLOY, "2"), (DEPLOY, "3"), (DEPLOY, "4"), (DEPLOY, "5")], 3, {"2", "3", "4", "5"}),
        ([(DEPLOY, "1"), (DEPLOY, "2"), (DEPLOY, "3")], 1, {"2", "3"}),
        ([(DEPLOY, "1"), (DEPLOY, "2"), (DEPLOY, "3"), (ROLLBACK, "2")], 1, {"1", "2", "3"}),
        ([(DEPLOY, "1"), (DEPLOY, "2"), (DEPLOY, "2"), (DEPLOY, "2")], 1, {"1", "2"}),
    ],
    ids=[
        "nothing was ever deployed",
        "what runs is needed",
        "what runs and the last ones before it",
        "no more than are to be kept",
        "after a rollback the way back goes on from where it led, and what was left stays",
        "a release deployed again takes nobody's place",
    ],
)
def test_the_way_back_needs_its_last_releases(moves: list[tuple[Verb, str]], keep: int, needed: set[str]) -> None:
    assert needed_releases([moves], keep) == needed


def test_each_service_has_a_way_back_of_its_own() -> None:
    histories = [[(DEPLOY, "a1"), (DEPLOY, "a2")], [(DEPLOY, "b1")]]
    assert needed_releases(histories, 3) == {"a1", "a2", "b1"}


@pytest.mark.parametrize(
    ("image", "needed", "goes"),
    [
        (StoredImage("sha256:a", TAGGED, 1), set(), True),
        (StoredImage("sha256:a", frozenset({RUN}), 1), set(), True),
        (StoredImage("sha256:built", frozenset(), 1), set(), True),
        (StoredImage("sha256:built", frozenset({"local:1"}), 1), set(), True),
        (StoredImage("sha256:a", TAGGED | {"shop:stable"}, 1), set(), True),
        (StoredImage("sha256:a", TAGGED, 1), {RUN}, False),
        (StoredImage("sha256:built", frozenset({"local:1", RUN}), 1), {"sha256:built"}, False),
        (StoredImage("sha256:a", TAGGED, 1, used=True), set(), False),
        (StoredImage("sha256:a", TAGGED | {"mine:latest"}, 1), set(), False),
        (StoredImage("sha256:a", TAGGED | {"elsewhere/shop@sha256:1"}, 1), set(), False),
        (NEVER_DEPLOYED, set(), False),
        (StoredImage("sha256:b", frozenset(), 1), set(), False),
    ],
    ids=[
        "deployed once, and needed no more",
        "its tag has moved on",
        "built here, and its tag has moved on",
        "built here",
        "deployed under two tags",
        "a release needs it",
        "a release needs it under another name",
        "a container was made of it",
        "somebody tagged it",
        "another repository has it too",
        "never deployed",
        "nobody knows what it is",
    ],
)
def test_only_what_was_deployed_and_nobody_needs_may_go(image: StoredImage, needed: set[str], goes: bool) -> None:  # noqa: FBT001 - what is expected
    assert bool(unneeded_images([image], DEPLOYED, frozenset(needed))) is goes
