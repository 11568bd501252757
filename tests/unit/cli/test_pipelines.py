"""The pipelines of examples/ci and docs/ci.md, against the program: every command in them exists, with its options."""

from collections.abc import Sequence
from types import SimpleNamespace

import pytest
import typer
from typer.core import TyperGroup

from bluegreen.cli.app import app
from tests.ci.commands import GITHUB, GITLAB, ROOT, commands, documented, scripts

WRITTEN = {file.name: scripts(file) for file in (*GITHUB, GITLAB)} | {"ci.md": documented(ROOT / "docs/ci.md")}
TYPED = {name: [words for text in texts for words in commands(text)] for name, texts in WRITTEN.items()}


def parse(words: Sequence[str]) -> None:
    """Have the real parser read a command. Raises click's UsageError."""
    verbs = typer.main.get_command(app)
    assert isinstance(verbs, TyperGroup)
    with verbs.commands[words[0]].make_context(words[0], list(words[1:]), obj=SimpleNamespace()):
        pass


@pytest.mark.parametrize(
    "words", [pytest.param(words, id=f"{file}: {' '.join(words)}") for file, found in TYPED.items() for words in found]
)
def test_every_command_is_one(words: Sequence[str]) -> None:
    parse(words)


@pytest.mark.parametrize("file", [file.name for file in (*GITHUB, GITLAB)])
def test_every_pipeline_compares_validates_deploys_and_rolls_back(file: str) -> None:
    assert {words[0] for words in TYPED[file]} >= {"changed", "up", "down", "deploy", "rollback"}
