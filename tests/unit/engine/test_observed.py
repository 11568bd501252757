"""The engine's answers as values."""

from typing import Any

import pytest

from bluegreen.engine.observed import inspected, listed, vitals
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Label, Role, State

LABELS = {
    Label.PROJECT: "shop",
    Label.SERVICE: "web",
    Label.COLOR: "green",
    Label.RELEASE: "R2",
    Label.DEPLOYMENT: "D2",
    Label.SPEC_HASH: "abc",
    Label.COMMIT: "c0ffee",
    Label.ROLE: "app",
}
OURS = Container(
    name="web-green",
    id="1f",
    role=Role.APP,
    state=State.RUNNING,
    service="web",
    color=Color.GREEN,
    release="R2",
    deployment="D2",
    spec_hash="abc",
    commit="c0ffee",
    image="shop@sha256:aa",
    address="172.18.0.5",
    health="healthy",
)


def row(**changes: Any) -> dict[str, Any]:
    return {
        "Id": "1f",
        "Names": ["/other/alias", "/web-green"],
        "Image": "shop@sha256:aa",
        "State": "running",
        "Status": "Up 3 minutes (healthy)",
        "Labels": LABELS,
        "NetworkSettings": {"Networks": {"shop-network": {"IPAddress": "172.18.0.5"}, "x": {"IPAddress": "10.0.0.1"}}},
        **changes,
    }


def inspection(**state: Any) -> dict[str, Any]:
    return {
        "Id": "1f",
        "Name": "/web-green",
        "RestartCount": 2,
        "Config": {"Image": "shop@sha256:aa", "Labels": LABELS},
        "State": {
            "Status": "running",
            "ExitCode": 0,
            "OOMKilled": False,
            "StartedAt": "2026-01-01T00:00:00Z",
            "Pid": 77,
            "Health": {"Status": "healthy", "Log": [{"Output": "old"}, {"Output": "fine"}]},
            **state,
        },
        "NetworkSettings": {"Networks": {"shop-network": {"IPAddress": "172.18.0.5"}}},
    }


def test_a_list_row_and_an_inspection_say_the_same() -> None:
    assert listed(row(), "shop", "shop-network") == inspected(inspection(), "shop", "shop-network") == OURS


def test_another_projects_container_shows_none_of_its_labels() -> None:
    foreign = listed(row(Labels={**LABELS, Label.PROJECT: "other"}), "shop", "shop-network")
    assert (foreign.ours, foreign.role, foreign.service, foreign.release, foreign.color) == (
        False,
        Role.APP,
        "",
        "",
        None,
    )


@pytest.mark.parametrize(
    ("status", "health"),
    [
        ("Up 1 second (health: starting)", "starting"),
        ("Up 1 second (healthy)", "healthy"),
        ("Up 1 second (unhealthy)", "unhealthy"),
        ("Up 1 second", None),
        ("Up 1 second (Paused)", None),
        ("Exited (137) 2 minutes ago", None),
        ("Created", None),
    ],
)
def test_health_is_read_from_the_status_text(status: str, health: str | None) -> None:
    assert listed(row(Status=status), "shop", "shop-network").health == health


@pytest.mark.parametrize("networks", [{}, {"shop-network": {"IPAddress": ""}}, {"other": {"IPAddress": "10.0.0.1"}}])
def test_only_an_address_on_the_projects_network_counts(networks: dict[str, Any]) -> None:
    assert listed(row(NetworkSettings={"Networks": networks}), "shop", "shop-network").address is None


def test_vitals_tell_why() -> None:
    answer = inspection(Status="exited", ExitCode=137, OOMKilled=True, Pid=0)
    seen = vitals(answer, "shop-network")
    assert (seen.state, seen.exit_code, seen.oom_killed, seen.restarts) == (State.EXITED, 137, True, 2)
    assert (seen.health, seen.health_output) == ("healthy", "fine")


@pytest.mark.parametrize("health", [None, {"Status": "none"}, {"Status": "none", "Log": None}])
def test_an_image_without_a_healthcheck_has_no_health(health: Any) -> None:
    seen = vitals(inspection(Health=health), "shop-network")
    assert (seen.health, seen.health_output) == (None, "")


@pytest.mark.parametrize("labels", [{Label.ROLE: "emperor"}, {Label.COLOR: "purple"}, {Label.COLOR: "\x1b[31m"}])
def test_labels_that_only_an_image_can_have_brought_make_no_container_ours(labels: dict[str, str]) -> None:
    assert not listed(row(Labels={**LABELS, **labels}), "shop", "shop-network").ours
    assert not inspected(inspection() | {"Config": {"Image": "x", "Labels": {**LABELS, **labels}}}, "shop", "n").ours


def test_what_was_adopted_carries_the_labels_that_are_known_of_it() -> None:
    by_hand = row(Names=["/web"], Labels={"team": "shop"})
    assert not listed(by_hand, "shop", "shop-network").ours
    known = listed(by_hand, "shop", "shop-network", adopted={"1f": LABELS})
    assert (known.ours, known.adopted, known.service, known.color) == (True, True, "web", Color.GREEN)
    assert not listed(by_hand, "other", "shop-network", adopted={"1f": LABELS}).ours
