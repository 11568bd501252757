"""Compose files are read as Compose reads them; `expected.json` is what Compose 2.26 said of each project."""

import json
from pathlib import Path
from typing import Any

import pytest

from bluegreen.config.composefile.project import read_compose
from bluegreen.config.problem import InvalidConfig
from tests.unit.config.composed import FOLDER, PROJECTS, ours


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_what_compose_makes_of_it(name: str) -> None:
    expected: Any = json.loads((FOLDER / name / "expected.json").read_text())
    found = ours(name)
    assert found["services"].keys() == expected["services"].keys()
    for service, each in expected["services"].items():
        assert found["services"][service] == each, service
    assert found == expected


def test_every_value_knows_the_file_and_line_in_which_it_was_written() -> None:
    found = read_compose([FOLDER / "overrides" / file for file in PROJECTS["overrides"]], [], {})
    web = found.services["web"]
    places = (web.place, web.leaf("build", "target"), web.named("environment")["A"], web.named("environment")["B"])
    shown = [place if not hasattr(place, "place") else place.place for place in places if place]
    assert [(Path(place.file).name, place.line) for place in shown] == [
        ("compose.yaml", 3),
        ("compose.prod-sim.yaml", 3),
        ("compose.yaml", 6),
        ("compose.prod-sim.yaml", 5),
    ]


def test_a_profile_adds_its_services() -> None:
    files = [FOLDER / "everything/compose.yaml"]
    assert read_compose(files, [], {}).inactive == {"acme-debug": ("debug",)}
    assert "acme-debug" in read_compose(files, ["debug"], {}).services
    assert "acme-debug" in read_compose(files, [], {"COMPOSE_PROFILES": "one,debug"}).services


def test_variables_of_the_caller_are_stronger_than_dotenv() -> None:
    files = [FOLDER / "everything/compose.yaml"]
    assert read_compose(files, [], {}).services["acme-db"].text("image") == "postgres:16-bookworm"
    assert read_compose(files, [], {"PG_MAJOR": "15"}).services["acme-db"].text("image") == "postgres:15-bookworm"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "compose.yaml:1:1: is empty: it should have services"),
        ("- a", "compose.yaml:1:1: should be a mapping: services"),
        ("services: {a: 1}", "compose.yaml:1:15: services.a: should be a mapping"),
        ("services: {a: {extends: a}}", "compose.yaml:1:15: services.a: extends itself, by way of a"),
        (
            "services: {a: {extends: {service: bb}}, b: {}}",
            "compose.yaml:1:25: services.a.extends: there is no service bb: did you mean b? in compose.yaml",
        ),
        ("services: {a: {image: 'b:${C?no C}'}}", "compose.yaml:1:23: the variable C is not set: no C"),
        ("services: {a: {extends: {file: other.yaml, service: b}}}", "other.yaml: can't be read"),
        ("include: [compose.yaml]", "compose.yaml:1:1: includes itself"),
        ("include: [{env_file: x}]", "compose.yaml:1:11: should have the path of a Compose file"),
        ("services: {a: !secret {}}", "compose.yaml:1:15: the tag !secret means nothing here: remove it"),
        ("services: {a: !hunter2 b}", "compose.yaml:1:15: what begins with ! is a tag, and means nothing here"),
    ],
)
def test_what_compose_would_not_take_is_refused(
    text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("compose.yaml").write_text(text)
    with pytest.raises(InvalidConfig) as refusal:
        read_compose([Path("compose.yaml")], [], {})
    assert message in refusal.value.message
