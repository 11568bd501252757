"""From nodes to plain values: variables replaced, scalars read."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bluegreen.config.node import Entries, Items, Node, Places, Scalar
from bluegreen.config.problem import KeyPath
from bluegreen.config.scalars import Value, json_of, value_of
from bluegreen.config.variables import Elsewhere, NoValue, Variables

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")

TEXTS = frozenset({"environment", "labels", "options", "headers", "command", "entrypoint"})
"""Keys below which everything is a text, `true` included."""

JSON = frozenset({"json", "expect_json"})
"""Keys below which everything is JSON, null and fractions included."""


def expanded(node: Node, variables: Variables, path: KeyPath, places: Places) -> Node:
    """Replace the variables in every text."""
    match node:
        case Entries():
            nodes = {key: expanded(value, variables, (*path, key), places) for key, value in node.nodes.items()}
            return node.replaced(nodes)
        case Items():
            items = [expanded(value, variables, (*path, index), places) for index, value in enumerate(node.nodes)]
            return replace(node, nodes=items)
        case Scalar():
            return _expanded(node, variables.expand, path, places) if "$" in node.text else node


def _expanded(node: Scalar, expand: Callable[[str], str], path: KeyPath, places: Places) -> Scalar:
    try:
        return replace(node, text=expand(node.text), foreign=True)
    except NoValue as error:
        if not isinstance(error, Elsewhere):
            places.add(path, str(error))
        return replace(node, failed=True)


def passed_through(service: Entries, variables: Variables, path: KeyPath, places: Places) -> Entries:
    """Give a name without a value in `environment` the caller's value; one that the caller lacks is left out."""
    environment = service.nodes.get("environment")
    if not isinstance(environment, Entries):
        return service
    nodes: dict[str, Node] = {}
    for name, node in environment.nodes.items():
        if not (isinstance(node, Scalar) and node.null):
            nodes[name] = node
        elif not _ENV_NAME.fullmatch(name):
            nodes[name] = replace(node, plain=False)
        elif variables.has(name):
            nodes[name] = _expanded(replace(node, text=name), variables.get, (*path, "environment", name), places)
    return service.replaced({**service.nodes, "environment": environment.replaced(nodes)})


def plain(node: Node, path: KeyPath, places: Places, zone: str = "") -> Any:  # noqa: ANN401 - any YAML value
    """Return a node as dicts, lists and scalars; what is empty is reported."""
    match node:
        case Entries():
            for key, value in node.nodes.items():
                _check_given(value, (*path, key), places, zone)
            return {
                key: plain(value, (*path, key), places, zone or (key if key in TEXTS | JSON else ""))
                for key, value in node.nodes.items()
            }
        case Items():
            for index, value in enumerate(node.nodes):
                _check_given(value, (*path, index), places, zone)
            return [plain(value, (*path, index), places, zone) for index, value in enumerate(node.nodes)]
        case Scalar():
            return _read(node, zone)


def _check_given(node: Node, path: KeyPath, places: Places, zone: str) -> None:
    if zone not in JSON and isinstance(node, Scalar) and node.null:
        places.add(path, "is empty: give it a value or remove it")


def _read(node: Scalar, zone: str) -> Value:
    if zone in JSON:
        return json_of(node)
    return node.text if zone and not node.null else value_of(node)
