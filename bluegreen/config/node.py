"""A YAML document as a tree in which every value knows where it was written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from bluegreen.config.problem import At, KeyPath, Report


@dataclass(slots=True, eq=False)
class Scalar:
    """A text, number, truth value or nothing, as it was written."""

    at: At
    text: str
    plain: bool = False
    """Without quotes: may stand for a number, true, false or null."""
    foreign: bool = False
    """Holds what a variable held: never shown, and a number even in quotes."""
    failed: bool = False
    """Its variables have no value; that was reported, unless they may have one elsewhere."""

    @property
    def null(self) -> bool:
        """Whether nothing was written."""
        return self.plain and not self.foreign and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True, eq=False)
class Items:
    """A list."""

    at: At
    nodes: list["Node"]
    wrapped: bool = False
    """Written as its only item, without the list."""


@dataclass(slots=True, eq=False)
class Entries:
    """A mapping; `keys` has where each key was written."""

    at: At
    nodes: dict[str, "Node"]
    keys: dict[str, At]
    wrapped: bool = False
    """Written as its only value, without the mapping."""

    def replaced(self, nodes: "dict[str, Node]") -> "Entries":
        """Return this mapping with other values."""
        return replace(self, nodes=nodes)


Node: TypeAlias = Scalar | Items | Entries


def scalars(node: Node | None) -> Iterator[Scalar]:
    """Yield every scalar in what was written."""
    match node:
        case Scalar():
            yield node
        case Items():
            yield from chain.from_iterable(map(scalars, node.nodes))
        case Entries():
            yield from chain.from_iterable(map(scalars, node.nodes.values()))
        case None:
            pass


def has_failed(node: Node | None) -> bool:
    """Whether any variable in what was written has no value."""
    return any(scalar.failed for scalar in scalars(node))


def kind_of(node: Node) -> str:
    """Name what was written, for an error."""
    match node:
        case Entries():
            return "a mapping"
        case Items():
            return "a list"
        case Scalar():
            return "empty" if node.null else "a text"


@dataclass(frozen=True, slots=True)
class Places:
    """A document's tree, and where to report what is wrong in it."""

    root: Entries
    report: Report

    def find(self, path: KeyPath) -> tuple[At, KeyPath, Node | None]:
        """Find a path: its key's or item's place (or that of what should hold it), how it was written, its value."""
        at: At = self.root.at
        node: Node = self.root
        written: list[str | int] = []
        for done, step in enumerate(path):
            if isinstance(node, Entries) and isinstance(step, str) and step in node.nodes:
                wrapped, at_key, node = node.wrapped, node.keys[step], node.nodes[step]
                if wrapped:
                    continue
                at = at_key
            elif isinstance(node, Items) and isinstance(step, int) and step < len(node.nodes):
                wrapped, node = node.wrapped, node.nodes[step]
                if wrapped:
                    continue
                at = node.at
            else:
                return at, (*written, *path[done:]), None
            written.append(step)
        return at, tuple(written), node

    def hidden(self, path: KeyPath) -> bool:
        """Whether a value holds what a variable held: it is not to be shown."""
        return any(scalar.foreign for scalar in scalars(self.find(path)[2]))

    def add(self, path: KeyPath, message: str) -> None:
        """Report a problem where a path was written."""
        at, written, _ = self.find(path)
        self.report.add(at, written, message)
