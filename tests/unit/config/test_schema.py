"""The JSON Schema: what editors accept is what is accepted."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from hypothesis import given, settings

from bluegreen.config.keys import keys_of
from bluegreen.config.schema import json_schema
from bluegreen.model import project, service
from bluegreen.model.service import Service
from bluegreen.model.spec import Spec
from tests.unit.config.cases import read_cases
from tests.unit.config.strategies import services
from tests.unit.config.test_forms import ACCEPTED

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
HEAD: dict[str, Any] = {"project": "shop", "network": "n"}


def complaints(document: object) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(document)]


def test_it_is_a_schema_that_survives_json() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize("file", [Path("services.yaml"), *Path("examples").glob("**/services.yaml")], ids=str)
def test_our_own_files_are_accepted(file: Path) -> None:
    assert complaints(yaml.load(file.read_text(), yaml.CSafeLoader)) == []


@pytest.mark.parametrize("lines", [lines for lines, _, _ in ACCEPTED])
def test_every_form_is_accepted(lines: str) -> None:
    web = {"image": "shop", "port": 3000, **yaml.load(lines.replace("restart: no", "restart: 'no'"), yaml.CSafeLoader)}
    assert complaints({**HEAD, "services": {"web": web}}) == []


@given(services())
@settings(max_examples=25)
def test_every_service_is_accepted(service: Service) -> None:
    value = service.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert complaints({**HEAD, "services": {value.pop("name"): value}}) == []


@pytest.mark.parametrize(
    "case",
    [case for case in read_cases() if "is no key here" in "".join(case.expected)
     or "is the same in every environment" in "".join(case.expected)],
    ids=lambda case: case.title,
)  # fmt: skip
def test_unknown_keys_are_refused(case: Any) -> None:
    assert complaints(yaml.load(case.text, yaml.CSafeLoader)) != []


def test_a_variable_stands_for_any_narrow_value() -> None:
    web = {"image": "${IMAGE}", "port": "${PORT}", "init": "${INIT:-true}", "mem_limit": "${MEMORY}", "restart": "$R"}
    assert complaints({**HEAD, "services": {"web": web}}) == []
    assert complaints({**HEAD, "services": {"web": {**web, "port": "3000"}}}) != []


def models() -> Iterator[type[Spec]]:
    both = {**vars(service), **vars(project)}
    return (each for each in both.values() if isinstance(each, type) and issubclass(each, Spec))


def test_every_key_says_what_it_means() -> None:
    for each in models():
        definition = SCHEMA if each is project.Project else SCHEMA["$defs"].get(each.__name__)
        for key in keys_of(each) if definition else ():
            assert definition["properties"][key]["description"].endswith((".", "…")), (each, key)
