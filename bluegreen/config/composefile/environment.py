"""The variables of a container, each with the place where its value is written."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bluegreen.config.composefile.service import ComposeService
from bluegreen.config.composefile.tree import Place
from bluegreen.config.dotenv import read_env_file


@dataclass(frozen=True, slots=True)
class Variable:
    """A value, which may be secret, and its place."""

    value: str = field(repr=False)
    place: Place
    foreign: bool
    """Of an env file, or of a variable: never shown."""


def environment(service: ComposeService, variables: Mapping[str, str] = os.environ) -> dict[str, Variable]:
    """Return a Compose service's variables: its own, which are stronger, and those of the env files that are there.

    Raises InvalidConfig.
    """
    found: dict[str, Variable] = {}
    for path in service.env_files():
        if path.exists():
            found.update(variables_of(path, variables))
    own = service.named("environment")
    return found | {name: Variable(leaf.text, leaf.place, leaf.foreign) for name, leaf in own.items()}


def variables_of(path: Path, variables: Mapping[str, str]) -> dict[str, Variable]:
    """Read an env file with the line of each name. Raises InvalidConfig."""
    shown = _shown(path)
    values = read_env_file(path, shown, variables)
    text = path.read_text(encoding="utf-8-sig")
    places = {name: Place(shown, _line(text, name), 1) for name in values}
    return {name: Variable(value, places[name], foreign=True) for name, value in values.items()}


def _line(text: str, name: str) -> int:
    line = re.compile(rf"^[ \t]*(?:export[ \t]+)?{re.escape(name)}[ \t]*=", re.MULTILINE)
    found = [match.start() for match in line.finditer(text)]
    return text.count("\n", 0, found[-1]) + 1 if found else 1


def _shown(path: Path) -> str:
    """A path below the working directory is shown relative to it, as every other one is."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
