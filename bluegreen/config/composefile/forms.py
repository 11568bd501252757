"""The several ways to write a Compose service, made one, so that two of them can be merged."""

import os.path
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bluegreen.config.composefile.tree import Leaf, Listing, Place, Table, Tree

PAIRS = {
    "environment": "=",
    "labels": "=",
    "annotations": "=",
    "sysctls": "=",
    "extra_hosts": ":",
    "args": "=",
}
"""Keys below which a list of texts stands for a mapping, and what divides each text."""


def canonical(service: Table, folder: Path) -> Table:
    """Return a service in long forms; its relative paths are below `folder`."""
    entries = {key: _pairs(key, value) for key, value in service.entries.items()}
    changes: dict[str, Callable[[Tree], Tree]] = {
        "depends_on": _depends_on,
        "networks": _names,
        "build": lambda tree: _build(tree, folder),
        "env_file": lambda tree: _env_file(tree, folder),
        "volumes": lambda tree: _volumes(tree, folder),
    }
    return service.having(entries | {key: form(entries[key]) for key, form in changes.items() if key in entries})


def _pairs(key: str, tree: Tree) -> Tree:
    if key not in PAIRS or not isinstance(tree, Listing):
        return tree
    entries: dict[str, Tree] = {}
    for item in tree.items:
        if isinstance(item, Leaf):
            divider = "=" if "=" in item.text else PAIRS[key]
            name, given, value = item.text.partition(divider)
            entries[name] = Leaf(item.place, value, not given, foreign=item.foreign)
    return _table(tree, entries)


def _depends_on(tree: Tree) -> Tree:
    if not isinstance(tree, Listing):
        return tree
    return _table(tree, {leaf.text: _started(leaf.place) for leaf in tree.items if isinstance(leaf, Leaf)})


def _started(place: Place) -> Table:
    return Table(place, {"condition": Leaf(place, "service_started")}, {"condition": place})


def _names(tree: Tree) -> Tree:
    if not isinstance(tree, Listing):
        return tree
    leaves = [item for item in tree.items if isinstance(item, Leaf)]
    return _table(tree, {leaf.text: replace(leaf, text="", null=True, tag="") for leaf in leaves})


def _build(tree: Tree, folder: Path) -> Tree:
    if isinstance(tree, Leaf):
        tree = Table(tree.place, {"context": tree}, {"context": tree.place}, tree.tag)
    if not isinstance(tree, Table):
        return tree
    context = tree.entries.get("context")
    entries = {key: _pairs(key, value) for key, value in tree.entries.items()}
    if isinstance(context, Leaf) and not _elsewhere(context.text):
        entries["context"] = _below(context, folder)
    return tree.having(entries)


def _elsewhere(context: str) -> bool:
    return "://" in context or context.startswith("git@")


def _env_file(tree: Tree, folder: Path) -> Tree:
    """A list of mappings with path and required."""
    items = tree.items if isinstance(tree, Listing) else (tree,)
    return Listing(tree.place, tuple(_env_path(item, folder) for item in items), tree.tag)


def _env_path(item: Tree, folder: Path) -> Tree:
    if isinstance(item, Leaf):
        return Table(item.place, {"path": _below(item, folder)}, {"path": item.place})
    path = item.entries.get("path") if isinstance(item, Table) else None
    return item.having({"path": _below(path, folder)}) if isinstance(item, Table) and isinstance(path, Leaf) else item


def _volumes(tree: Tree, folder: Path) -> Tree:
    """A list of mappings with type, source and target."""
    if not isinstance(tree, Listing):
        return tree
    return Listing(tree.place, tuple(_volume(item, folder) for item in tree.items), tree.tag)


def _volume(item: Tree, folder: Path) -> Tree:
    volume = _long_volume(item) if isinstance(item, Leaf) else item
    if not isinstance(volume, Table) or text_of(volume, "type") != "bind":
        return volume
    source = volume.entries.get("source")
    return volume.having({"source": _below(source, folder)}) if isinstance(source, Leaf) else volume


def text_of(table: Table, key: str) -> str:
    """Return the text of a key, "" where there is none."""
    leaf = table.entries.get(key)
    return leaf.text if isinstance(leaf, Leaf) else ""


def _long_volume(leaf: Leaf) -> Table:
    first, colon, rest = leaf.text.partition(":")
    target, _, mode = rest.partition(":")
    source = first if colon else ""
    parts = {
        "type": "bind" if source.startswith((".", "/", "~")) else "volume",
        **({"source": source} if source else {}),
        "target": target if colon else first,
        **({"read_only": "true"} if "ro" in mode.split(",") else {}),
    }
    entries = {key: Leaf(leaf.place, text, foreign=leaf.foreign) for key, text in parts.items()}
    return Table(leaf.place, entries, dict.fromkeys(parts, leaf.place))


def _below(leaf: Leaf, folder: Path) -> Leaf:
    return replace(leaf, text=os.path.normpath(folder / Path(leaf.text).expanduser()))


def _table(tree: Listing, entries: dict[str, Tree]) -> Table:
    return Table(tree.place, entries, {key: value.place for key, value in entries.items()}, tree.tag)
