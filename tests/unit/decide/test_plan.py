"""Which services move, and why; which release a rollback means."""

from dataclasses import replace

import pytest

from bluegreen.decide.plan import Current, Skip, plan, previous, undone
from bluegreen.model.color import Color
from bluegreen.model.deployment import Verb
from bluegreen.model.release import Image, Release
from bluegreen.model.service import Service

SERVICE = Service(name="server", image="server:1", port=3000)
OLD = Release("old", SERVICE, Image("server:1", "server@sha256:0123456789abcdef"), "hash")
NEW = replace(OLD, id="new")
LIVE = Current(Color.BLUE, OLD, 1)
DEPLOY, ROLLBACK = Verb.DEPLOY, Verb.ROLLBACK


def why(wanted: Release, now: Current) -> str:
    planned = plan([wanted], {"server": now})
    return planned.why[0] if planned.moves else ""


def test_the_same_image_and_configuration_stay() -> None:
    assert plan([NEW], {"server": LIVE}).skips == (Skip("server", "unchanged"),)


def test_force_moves_it_all_the_same() -> None:
    planned = plan([NEW], {"server": LIVE}, force=True)
    assert (planned.why, planned.moves[0].color) == (("forced",), Color.GREEN)


def test_a_new_image_moves_and_says_from_what_to_what() -> None:
    image = Image("server:2", "server@sha256:fedcba9876543210")
    assert why(replace(NEW, image=image), LIVE) == "image 0123456789ab → fedcba987654"


def test_a_new_configuration_names_the_keys_and_no_values() -> None:
    changed = SERVICE.model_copy(update={"environment": {"PASSWORD": "hunter2"}, "replicas": 2})
    assert why(replace(NEW, service=changed, spec_hash="other"), LIVE) == "configuration: environment, replicas"


def test_too_few_containers_move() -> None:
    assert why(NEW, replace(LIVE, running=0)) == "0 of 1 containers run"


def test_a_service_never_deployed_moves() -> None:
    planned = plan([NEW], {"server": Current()})
    assert (planned.why, planned.moves[0].old) == (("first deployment",), None)


def test_a_live_release_that_the_ledger_lost_moves() -> None:
    assert why(NEW, Current(Color.GREEN, None, 1)) == "what runs is unknown to the ledger"


@pytest.mark.parametrize(
    ("history", "now", "expected"),
    [
        ([], "", None),
        ([(DEPLOY, "1")], "1", None),
        ([(DEPLOY, "1"), (DEPLOY, "2")], "2", "1"),
        ([(DEPLOY, "1"), (DEPLOY, "2"), (DEPLOY, "3"), (ROLLBACK, "2")], "2", "1"),
        ([(DEPLOY, "1"), (DEPLOY, "2"), (DEPLOY, "3"), (ROLLBACK, "1")], "1", None),
        ([(DEPLOY, "1"), (DEPLOY, "2"), (DEPLOY, "1")], "1", "2"),
        ([(DEPLOY, "1"), (DEPLOY, "1"), (DEPLOY, "2"), (DEPLOY, "2")], "2", "1"),
        ([(DEPLOY, "1"), (ROLLBACK, "0")], "0", "1"),
        ([(DEPLOY, "1")], "2", "1"),
    ],
    ids=[
        "nothing is known",
        "there is only one",
        "the one before",
        "a second rollback goes on to the one before that",
        "a rollback over two leaves none",
        "an old release deployed anew is the newest",
        "a forced deployment is no step",
        "a rollback to what history lost is a step of its own",
        "a stuck deployment goes back to the last that succeeded",
    ],
)
def test_a_rollback_pops_what_a_deployment_pushed(
    history: list[tuple[Verb, str]], now: str, expected: str | None
) -> None:
    assert previous(history, now) == expected


@pytest.mark.parametrize(
    ("target", "expected"), [("c", ()), ("b", ("c",)), ("a", ("c", "b")), ("z", ())], ids=["now", "one", "two", "other"]
)
def test_a_rollback_takes_back_what_lies_between(target: str, expected: tuple[str, ...]) -> None:
    history = [(DEPLOY, "a"), (DEPLOY, "x"), (ROLLBACK, "a"), (DEPLOY, "b"), (DEPLOY, "c")]
    assert undone(history, "c", target) == expected


def test_an_adopted_container_is_moved_off_though_nothing_changed() -> None:
    assert why(NEW, replace(LIVE, adopted=True)) == "its container was adopted"
