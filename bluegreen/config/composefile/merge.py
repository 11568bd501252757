"""Compose's rules for merging two files, and a service with the one that it extends."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bluegreen.config.composefile.forms import text_of
from bluegreen.config.composefile.tree import Leaf, Listing, Table, Tree

REPLACED = frozenset({"command", "entrypoint", "test"})
"""Lists that are one value; all others grow."""


def merged(base: Tree, over: Tree, key: str = "") -> Tree:
    """Lay `over`, which is stronger, over `base`; `key` is where both stand."""
    if over.tag:
        return over
    match base, over:
        case Table(), Table():
            return _tables(base, over)
        case Listing(), Listing() if key not in REPLACED:
            return replace(base, items=_unique(key, (*base.items, *over.items)))
        case ((Table() | Listing()), Leaf(null=True)):
            return base
        case _:
            return over


def settled(tree: Tree) -> Tree:
    """Take away what `!reset` takes away."""
    match tree:
        case Table():
            kept = {key: settled(value) for key, value in tree.entries.items() if value.tag != "!reset"}
            return replace(tree, entries=kept, keys={key: tree.keys[key] for key in kept})
        case Listing():
            return replace(tree, items=tuple(settled(item) for item in tree.items if item.tag != "!reset"))
        case Leaf():
            return tree


def _tables(base: Table, over: Table) -> Table:
    entries, keys = dict(base.entries), {**base.keys, **over.keys}
    for key, value in over.entries.items():
        both = key in entries
        entries[key] = merged(entries[key], value, key) if both else value
        if both and entries[key] is not value:
            keys[key] = base.keys[key]
    return replace(base, entries=entries, keys=keys)


def _unique(key: str, items: Iterable[Tree]) -> tuple[Tree, ...]:
    """Of two that mean the same place, the later one counts."""
    same = IDENTITIES.get(key, _whole)
    return tuple({same(item): item for item in items}.values())


def _whole(item: Tree) -> object:
    return item.text if isinstance(item, Leaf) else id(item)


def _target(item: Tree) -> object:
    return text_of(item, "target") if isinstance(item, Table) else _whole(item)


def _path(item: Tree) -> object:
    return text_of(item, "path") if isinstance(item, Table) else _whole(item)


IDENTITIES: Mapping[str, Callable[[Tree], object]] = {"volumes": _target, "env_file": _path}
"""By the key of a list: what makes two of its items the same."""
