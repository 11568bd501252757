"""One service of the merged Compose files, as the rules ask for it."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bluegreen.config.composefile.forms import text_of
from bluegreen.config.composefile.tree import HIDDEN, Leaf, Listing, Place, Table, Tree

_PORT = re.compile(r"(?:.*:)?(?P<first>[0-9]+)(?:-(?P<last>[0-9]+))?(?:/\w+)?")
_TRUE = frozenset({"true", "yes", "on", "y", "t", "1"})
"""Compose's own spellings."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A volume, or a folder of the host."""

    kind: str
    """`bind`, `volume`, `tmpfs`."""
    source: str
    target: str
    place: Place
    read_only: bool = False
    foreign: bool = False
    """Holds what a variable held: never shown."""


@dataclass(frozen=True, slots=True)
class ComposeService:
    """A service; `place` is where its name is written."""

    name: str
    place: Place
    table: Table

    def leaf(self, *path: str) -> Leaf | None:
        """Return a text below the service, `build.target` for instance."""
        tree: Tree | None = self.table
        for key in path:
            tree = tree.entries.get(key) if isinstance(tree, Table) else None
        return tree if isinstance(tree, Leaf) and not tree.null else None

    def text(self, *path: str) -> str:
        """Return such a text, or ""."""
        leaf = self.leaf(*path)
        return leaf.text if leaf else ""

    def flag(self, *path: str) -> bool:
        """Return a truth value below the service."""
        return self.text(*path).lower() in _TRUE

    def has(self, key: str) -> bool:
        """Whether the service says anything about a key."""
        return key in self.table.entries

    def named(self, key: str) -> dict[str, Leaf]:
        """Return a mapping of texts, such as `environment`."""
        table = self.table.entries.get(key)
        entries = table.entries if isinstance(table, Table) else {}
        return {name: value for name, value in entries.items() if isinstance(value, Leaf) and not value.null}

    def words(self, key: str) -> tuple[Leaf, ...]:
        """Return the words of a command, or the texts of a list."""
        tree = self.table.entries.get(key)
        if isinstance(tree, Listing):
            return tuple(item for item in tree.items if isinstance(item, Leaf))
        return _split(tree) if isinstance(tree, Leaf) and not tree.null else ()

    def env_files(self) -> Iterator[Path]:
        """Yield its env files."""
        for item in self._items("env_file"):
            if isinstance(item, Table):
                yield Path(text_of(item, "path"))

    def mounts(self) -> Iterator[Mount]:
        """Yield what is mounted."""
        for item in self._items("volumes"):
            if isinstance(item, Table):
                read_only = text_of(item, "read_only").lower() in _TRUE
                kind, source, target = (text_of(item, key) for key in ("type", "source", "target"))
                foreign = any(isinstance(each, Leaf) and each.foreign for each in item.entries.values())
                yield Mount(kind, source, target, item.place, read_only, foreign)

    def ports(self) -> Iterator[tuple[range, Leaf]]:
        """Yield the container's ports that are published, and where each is written."""
        for item in self._items("ports"):
            leaf = item.entries.get("target") if isinstance(item, Table) else item
            if isinstance(leaf, Leaf) and (match := _PORT.fullmatch(leaf.text)):
                yield range(int(match["first"]), int(match["last"] or match["first"]) + 1), leaf

    def networks(self) -> dict[str, tuple[Leaf, ...]]:
        """Return the keys of its networks, each with its aliases there; none where another mode is said."""
        if self.has("network_mode"):
            return {}
        table = self.table.entries.get("networks")
        entries = table.entries if isinstance(table, Table) else {}
        found = {key: _aliases(value) for key, value in entries.items()}
        return found or {"default": ()}

    def shown_network(self, key: str) -> str:
        """Return the key of one of its networks as it may stand in a message."""
        table = self.table.entries.get("networks")
        leaf = table.entries.get(key) if isinstance(table, Table) else None
        return HIDDEN if isinstance(leaf, Leaf) and leaf.foreign else key

    def depends_on(self) -> dict[str, str]:
        """Return the services that it waits for, each with the condition."""
        table = self.table.entries.get("depends_on")
        entries = table.entries if isinstance(table, Table) else {}
        return {name: text_of(value, "condition") for name, value in entries.items() if isinstance(value, Table)}

    def _items(self, key: str) -> tuple[Tree, ...]:
        tree = self.table.entries.get(key)
        return tree.items if isinstance(tree, Listing) else ()


def _aliases(tree: Tree) -> tuple[Leaf, ...]:
    listed = tree.entries.get("aliases") if isinstance(tree, Table) else None
    return tuple(item for item in listed.items if isinstance(item, Leaf)) if isinstance(listed, Listing) else ()


def _split(leaf: Leaf) -> tuple[Leaf, ...]:
    try:
        words = shlex.split(leaf.text)
    except ValueError:
        words = leaf.text.split()
    return tuple(Leaf(leaf.place, word, foreign=leaf.foreign) for word in words)
