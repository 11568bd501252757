"""Help, examples and the shell's completion."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from shutil import copy

import pytest
from typer.testing import CliRunner

from bluegreen.cli.app import app
from bluegreen.cli.verbs import (
    abort,
    audit,
    check,
    deploy,
    diff,
    doctor,
    history,
    logs,
    plan,
    promote,
    proxy,
    rollback,
    schema,
    status,
)
from bluegreen.model.errors import ConfigError
from tests.unit.cli.shop import Shop
from tests.unit.cli.verbs import VERBS

MODULES = (abort, audit, check, deploy, diff, doctor, history, logs, plan, promote, rollback, schema, status)
EXAMPLES = [command for module in MODULES for command, _ in module.EXAMPLES]
EXAMPLES += [command for command, _ in (*proxy.UP_EXAMPLES, *proxy.SHOW_EXAMPLES)]


def words_of(example: str) -> Iterator[str]:
    """The words of a command, without what the shell does with its output."""
    for word in shlex.split(example)[1:]:
        if word in ("|", ">"):
            return
        yield word


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_every_verb_has_examples(verb: str) -> None:
    result = CliRunner().invoke(app, [*verb.split(), "--help"])
    assert result.exit_code == 0
    assert f"  Examples:\n    bluegreen {verb}" in result.output


@pytest.mark.parametrize("example", [example for example in EXAMPLES if example.startswith("bluegreen ")])
def test_every_example_is_accepted(example: str, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ConfigError("far enough")

    copy("services.yaml", shop.folder)
    monkeypatch.chdir(shop.folder)
    monkeypatch.setattr(shop, "open", refuse)
    shop.take_the_place_of_the_machine(monkeypatch)
    monkeypatch.setattr("bluegreen.config.invariants.check.check", refuse)
    ran = shop.run(*words_of(example))
    assert "far enough" in ran.out + ran.err or ran.status == 0


def test_all_verbs_are_listed_in_the_order_of_their_use() -> None:
    output = CliRunner().invoke(app, ["--help"]).output
    listed = output.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == [*VERBS[:-2], "proxy"]


def test_no_verb_at_all_is_answered_with_the_help(shop: Shop) -> None:
    ran = shop.run()
    assert (ran.status, ran.err) == (2, "")
    assert ran.out.startswith("Usage: bluegreen [OPTIONS] COMMAND [ARGS]...\n")


@pytest.mark.parametrize("arguments", [["--version"], ["deploy", "-h"], ["schema"]])
def test_the_module_is_the_command(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "bluegreen", *arguments], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.startswith(("bluegreen 0.", "Usage: bluegreen deploy [OPTIONS] [SERVICE]...", "{\n"))


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from bluegreen.cli import main; main(['--help']); "
        "heavy = {'pydantic', 'docker', 'httpx', 'jinja2', 'rich', 'yaml', 'sqlite3'} & set(sys.modules); "
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_what_is_needed_only_once_a_container_starts_is_imported_then() -> None:
    program = (
        "import sys, bluegreen.cli, bluegreen.deploy.opening, bluegreen.deploy.deploy, bluegreen.deploy.status; "
        "early = {'httpx', 'jinja2', 'rich', 'tenacity', 'asyncio'} & set(sys.modules); "
        "sys.exit(f'imported: {early}' if early else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""
