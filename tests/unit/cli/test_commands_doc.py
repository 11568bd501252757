"""docs/commands.md against the program."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bluegreen
from bluegreen.cli.app import app
from bluegreen.decide.doctor import containers, records, serving, storage, surroundings
from bluegreen.deploy.report import Report
from bluegreen.model import errors
from bluegreen.model.deployment import Outcome
from tests.unit.cli.verbs import VERBS

TEXT = (Path(__file__).parents[3] / "docs" / "commands.md").read_text()
PAGES = ["", *VERBS]


def help_of(verb: str) -> str:
    """What `bluegreen VERB --help` prints."""
    return CliRunner().invoke(app, [*verb.split(), "--help"]).output


@pytest.mark.parametrize("verb", PAGES)
def test_every_verb_and_every_option_is_described(verb: str) -> None:
    described = TEXT.partition("## What all of them share")[2]
    options = set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", help_of(verb), re.MULTILINE))
    assert options
    assert {option for option in options if option not in described} == set()
    assert f"`bluegreen {verb}" in described


def test_every_option_described_exists() -> None:
    options = {option for verb in PAGES for option in re.findall(r"--[a-z-]+", help_of(verb))}
    assert set(re.findall(r"--[a-z][a-z-]+", TEXT)) <= options


def kinds_of(kind: type[errors.BluegreenError]) -> Iterator[type[errors.BluegreenError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from kinds_of(each)


def test_every_kind_of_error_and_every_exit_status_is_described() -> None:
    for module in pkgutil.walk_packages(bluegreen.__path__, "bluegreen."):
        if module.name != "bluegreen.__main__":
            importlib.import_module(module.name)
    kinds = list(kinds_of(errors.BluegreenError))
    raised = [kind for kind in kinds if kind.__name__ not in ("BluegreenError", "AdapterError")]
    assert {kind.__name__ for kind in raised if f"`{kind.__name__}`" not in TEXT} == set()
    statuses = {kind.exit_status for kind in kinds} | {Report("", (), outcome).exit_status for outcome in Outcome}
    assert {status for status in statuses if f"\n| {status} | " not in TEXT} == set()


def test_every_finding_of_the_doctor_is_described() -> None:
    modules = [records, containers, serving, storage, surroundings]
    found = {name for each in modules for name in re.findall(r'Finding\(\s*"([a-z-]+)"', inspect.getsource(each))}
    table = TEXT.partition("\n## doctor\n")[2].partition("\n| id | ")[2].partition("\n\n")[0]
    assert found == {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in row.split("`")[1::2]}


def test_the_doctor_promises_the_same_in_its_help() -> None:
    promise = "never stops what serves, and moves no traffic but by finishing a deployment that was left"
    assert promise in " ".join(help_of("doctor").split())
    assert promise in " ".join(TEXT.split())
