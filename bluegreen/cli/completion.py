"""What the shell completes: names from services.yaml, silently none where it can't be read."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bluegreen.config.node import Node

_PLAIN = re.compile(r"[a-z0-9-]+")
"""What is offered is typed into a shell: only what a name can be."""


def services(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a service."""
    return _matching(_section(ctx, "services"), incomplete)


def movable(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of a service that can be deployed and is not named yet."""
    named = ctx.params.get("services") or ()
    found = [name for name, kind in _section(ctx, "services").items() if name not in named and kind != "database"]
    return _matching(found, incomplete)


def environments(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete the name of an environment."""
    return _matching(_section(ctx, "environments"), incomplete)


def _matching(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete) and _PLAIN.fullmatch(name)]


def _section(ctx: typer.Context, key: str) -> dict[str, str]:
    """Return the names below a key, each with its kind."""
    from bluegreen.config.node import Entries
    from bluegreen.config.problem import InvalidConfig, Report
    from bluegreen.config.read import read

    file = Path(ctx.params.get("file") or "services.yaml")
    try:
        section = read(file, Report(str(file))).nodes.get(key)
    except InvalidConfig:
        return {}
    return {name: _kind(node) for name, node in section.nodes.items()} if isinstance(section, Entries) else {}


def _kind(node: "Node") -> str:
    from bluegreen.config.node import Entries, Scalar

    kind = node.nodes.get("kind") if isinstance(node, Entries) else None
    return kind.text if isinstance(kind, Scalar) else ""
