"""Help, examples and the shell's completion."""

import shlex
from collections.abc import Iterator
from shutil import copy

import pytest
from typer.testing import CliRunner

from bluegreen.cli.app import app
from bluegreen.cli.verbs import (
    abort,
    adopt,
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

MODULES = (abort, adopt, audit, check, deploy, diff, doctor, history, logs, plan, promote, rollback, schema, status)
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


def test_what_a_verb_does_is_listed_in_one_whole_line() -> None:
    for group in ([], ["proxy"]):
        output = CliRunner().invoke(app, [*group, "--help"], terminal_width=80).output
        listed = output.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
        assert all(line.endswith(".") and not line.endswith("..") for line in listed), output


def test_the_help_of_a_group_has_examples() -> None:
    assert "  Examples:\n    bluegreen proxy up" in CliRunner().invoke(app, ["proxy", "--help"]).output


def test_no_verb_at_all_is_answered_with_the_help(shop: Shop) -> None:
    ran = shop.run()
    assert (ran.status, ran.err) == (2, "")
    assert ran.out.startswith("Usage: bluegreen [OPTIONS] COMMAND [ARGS]...\n")
