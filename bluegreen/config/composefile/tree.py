"""One Compose file as a tree in which every value knows its file and line; variables are replaced."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from bluegreen.config.node import Entries, Items, Node, Scalar
from bluegreen.config.problem import At, Report
from bluegreen.config.read import read
from bluegreen.config.variables import NoValue, Variables

HIDDEN = "…"
"""In place of what a variable held."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text, number, truth value or nothing."""

    place: Place
    text: str
    null: bool = False
    tag: str = ""
    foreign: bool = False
    """Holds what a variable held: never shown."""

    @property
    def shown(self) -> str:
        """The text as it may stand in a message."""
        return HIDDEN if self.foreign else self.text


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    place: Place
    items: tuple["Tree", ...]
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; `keys` has where each key is written."""

    place: Place
    entries: Mapping[str, "Tree"]
    keys: Mapping[str, Place]
    tag: str = ""

    def having(self, changes: Mapping[str, "Tree"]) -> "Table":
        """Return this mapping with other values, or more."""
        keys = {key: value.place for key, value in changes.items()} | dict(self.keys)
        return replace(self, entries={**self.entries, **changes}, keys=keys)

    def without(self, *keys: str) -> "Table":
        """Return this mapping without some of its keys."""
        return replace(self, entries={key: value for key, value in self.entries.items() if key not in keys})


Tree: TypeAlias = Leaf | Listing | Table


class Lenient(dict[str, str]):
    """Variables as Compose has them: one that is not set is an empty text."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> str:
        return ""


def read_tree(path: Path, variables: Variables) -> Table:
    """Read one Compose file. Raises InvalidConfig."""
    report = Report(str(path))
    tags: dict[At, str] = {}
    root = _Reading(report, variables, tags).tree(read(path, report, "services", tags))
    if report.problems or not isinstance(root, Table):
        report.stop()
    return root


class _Reading:
    def __init__(self, report: Report, variables: Variables, tags: Mapping[At, str]) -> None:
        self._report = report
        self._variables = variables
        self._tags = tags

    def tree(self, node: Node) -> Tree:
        place, tag = self._place(node.at), self._tags.get(node.at, "")
        match node:
            case Entries():
                entries = {key: self.tree(value) for key, value in node.nodes.items()}
                return Table(place, entries, {key: self._place(at) for key, at in node.keys.items()}, tag)
            case Items():
                return Listing(place, tuple(self.tree(each) for each in node.nodes), tag)
            case Scalar():
                return Leaf(place, self._expanded(node), node.null, tag, "$" in node.text)

    def _expanded(self, node: Scalar) -> str:
        try:
            return self._variables.expand(node.text)
        except NoValue as error:
            self._report.add(node.at, "", str(error))
            return ""

    def _place(self, at: At) -> Place:
        return Place(self._report.file, *at)
