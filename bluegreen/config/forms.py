"""Compose's several ways to write the same thing, made one: what a list may stand for, and what a text."""

import os.path
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from bluegreen.config.node import Entries, Items, Node, Places, Scalar, kind_of
from bluegreen.config.problem import At, KeyPath
from bluegreen.config.scalars import value_of

Change = Callable[[Node, KeyPath], Node]
Changes = Mapping[str, Change]

LISTED = ("env_file", "tmpfs", "source", "ignore")
"""Keys of a service that take one value in place of a list, as `networks` does."""

COMMANDS = ("command", "entrypoint")
"""Keys of a service that take a command as one text."""

FOR_SHELL = "for a shell write [sh, -c, …]"
"""What to type where a shell was expected."""

_QUOTED = re.compile(r"""\\.|'[^']*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
_OPERATOR = re.compile(r"&&|\|\|?|[;<>]|(?<!\S)&(?!\S)")
"""What a shell would act on; a & within a word is usually that of a URL."""


def keyed(service: Node, path: KeyPath, places: Places) -> Node:
    """Turn lists that stand for mappings into mappings, so that overlays merge with them entry by entry."""
    if not isinstance(service, Entries):
        return service
    pairs: dict[str, Callable[[str], tuple[str, str | None]]] = {
        "environment": lambda text: _split(text, "=", None),
        "labels": lambda text: _split(text, "=", ""),
        "sysctls": lambda text: _split(text, "=", ""),
        "extra_hosts": lambda text: _split(text, "=" if "=" in text else ":", ""),
        "depends_on": lambda text: (text, None),
    }
    nodes = dict(service.nodes)
    for key, split in pairs.items():
        node = nodes.get(key)
        if isinstance(node, Items):
            nodes[key] = _mapping(node, split, (*path, key), places)
    if isinstance(depends_on := nodes.get("depends_on"), Entries):
        nodes["depends_on"] = depends_on.replaced({name: _or_empty(node) for name, node in depends_on.nodes.items()})
    return service.replaced(nodes)


def canonical(service: Entries, base: Path, path: KeyPath, places: Places) -> Entries:
    """Turn every other short form into the long one, and relative paths into absolute ones."""
    form = _Forms(base, places)
    changes: Changes = {
        "networks": form.names,
        **dict.fromkeys(LISTED, form.listed),
        **dict.fromkeys(COMMANDS, form.argv),
        "release_command": form.commanded,
        "volumes": form.volumes,
        "ulimits": form.ulimits,
        "health": form.health,
    }
    return form.within(service, path, changes)


def canonical_policy(head: Mapping[str, Node], base: Path, places: Places) -> dict[str, Node]:
    """Turn the short forms of what may be deployed into the long ones."""
    form = _Forms(base, places)
    changes: Changes = {"tags": form.listed, "branches": form.listed, "verify": form.argv}
    return {key: changes[key](node, (key,)) if key in changes else node for key, node in head.items()}


def canonical_proxy(proxy: Entries, base: Path) -> Entries:
    """Turn relative paths of certificates into absolute ones."""
    tls = proxy.nodes.get("tls")
    if not isinstance(tls, Items):
        return proxy
    pairs = [_absolute_entries(each, ("certificate", "key"), base) for each in tls.nodes]
    return proxy.replaced({**proxy.nodes, "tls": Items(tls.at, pairs)})


def canonical_compose(node: Node) -> Node:
    """Turn one Compose file, or a list of them, into the mapping with `files`."""
    if isinstance(node, Entries):
        nodes = {key: listed(value) if key in {"files", "profiles"} else value for key, value in node.nodes.items()}
        return node.replaced(nodes)
    return Entries(node.at, {"files": listed(node)}, {"files": node.at}, wrapped=True)


def canonical_hooks(hooks: Entries, places: Places) -> Entries:
    """Turn commands alone into mappings."""
    form = _Forms(Path(), places)
    return form.within(hooks, ("hooks",), dict.fromkeys(hooks.nodes, form.commanded))


def _absolute_entries(node: Node, keys: tuple[str, ...], base: Path) -> Node:
    if not isinstance(node, Entries):
        return node
    given = {key: value for key in keys if isinstance(value := node.nodes.get(key), Scalar) and _is_path(value)}
    changed = {key: replace(value, text=absolute(value.text, base)) for key, value in given.items()}
    return node.replaced({**node.nodes, **changed})


def listed(node: Node) -> Node:
    """Turn one value in place of a list into the list."""
    return Items(node.at, [node], wrapped=True) if isinstance(node, Scalar) and not node.null else node


def _is_path(node: Scalar) -> bool:
    return bool(node.text) and not node.null


def absolute(text: str, base: Path) -> str:
    """Resolve a path against the folder of services.yaml, without following links."""
    return os.path.normpath(base / text)


class _Forms:
    def __init__(self, base: Path, places: Places) -> None:
        self._base = base
        self._places = places

    def listed(self, node: Node, _path: KeyPath) -> Node:
        return listed(node)

    def names(self, node: Node, path: KeyPath) -> Node:
        """`networks: {backend: {}}` is `networks: [backend]`; options of a network have no place here."""
        if not isinstance(node, Entries):
            return self.listed(node, path)
        for name, value in node.nodes.items():
            if (isinstance(value, Entries) and value.nodes) or isinstance(value, Items):
                self._places.add((*path, name), "should have no options: they don't fit both colors")
        return Items(node.at, [Scalar(at, name) for name, at in node.keys.items()])

    def argv(self, node: Node, path: KeyPath) -> Node:
        if not isinstance(node, Scalar) or node.null:
            return node
        try:
            words = shlex.split(node.text)
        except ValueError:
            self._places.add(path, "has a quote without its partner")
            words = []
        else:
            if operator := _OPERATOR.search(_QUOTED.sub("''", node.text)):
                self._places.add(path, f"has {operator[0]} outside quotes, and no shell is started: {FOR_SHELL}")
        return Items(node.at, [Scalar(node.at, word, foreign=node.foreign) for word in words], wrapped=True)

    def commanded(self, node: Node, path: KeyPath) -> Node:
        if not isinstance(node, Entries):
            node = Entries(node.at, {"command": node}, {"command": node.at}, wrapped=True)
        return self.within(node, path, {"command": self.argv, "fail_on_output": self.listed})

    def health(self, node: Node, path: KeyPath) -> Node:
        if not isinstance(node, Entries):
            return node
        return self.within(node, path, {"http": self._probes, "command": self.argv})

    def _probes(self, node: Node, path: KeyPath) -> Node:
        items = Items(node.at, [node], wrapped=True) if isinstance(node, Entries) else node
        if not isinstance(items, Items):
            return items
        probes = [
            self.within(each, path, {"expect_status": self.listed}) if isinstance(each, Entries) else each
            for each in items.nodes
        ]
        return replace(items, nodes=probes)

    def ulimits(self, node: Node, path: KeyPath) -> Node:
        if not isinstance(node, Entries):
            return node
        return self.within(node, path, dict.fromkeys(node.nodes, self._ulimit))

    def _ulimit(self, node: Node, _path: KeyPath) -> Node:
        if not isinstance(node, Scalar) or node.null:
            return node
        return Entries(node.at, {"soft": node, "hard": node}, {"soft": node.at, "hard": node.at}, wrapped=True)

    def volumes(self, node: Node, path: KeyPath) -> Node:
        if not isinstance(node, Items):
            return node
        return Items(node.at, [self._volume(each, (*path, index)) for index, each in enumerate(node.nodes)])

    def _volume(self, node: Node, path: KeyPath) -> Node:
        if isinstance(node, Entries):
            node = self._short_volume(node, path)
        if not isinstance(node, Scalar):
            return node
        source, colon, rest = node.text.partition(":")
        if colon and (source.startswith(("./", "../")) or source in {".", ".."}):
            return replace(node, text=f"{absolute(source, self._base)}:{rest}")
        return node

    def _short_volume(self, node: Entries, path: KeyPath) -> Node:
        """Write `{type: bind, source: ./a, target: /b, read_only: true}` as `./a:/b:ro`."""
        parts = {key: value for key, value in node.nodes.items() if isinstance(value, Scalar)}
        known = parts.keys() <= {"type", "source", "target", "read_only"} and len(parts) == len(node.nodes)
        kind, source, target = (parts[key].text if key in parts else "" for key in ("type", "source", "target"))
        if not known or not target or not (kind == "volume" or (kind == "bind" and source)):
            message = "should have type (volume or bind), source, target and read_only, nothing else"
            self._places.add(path, message)
            return Scalar(node.at, "/")
        if kind == "volume" and source.startswith(("/", ".")):
            self._places.add((*path, "source"), "is a folder: it needs type: bind, or write the name of a volume")
        if kind == "bind" and not source.startswith(("/", ".", "~")):
            source = f"./{source}"
        mode = "ro" if "read_only" in parts and self._truth(parts["read_only"], (*path, "read_only")) else ""
        text = ":".join(filter(None, (source, target, mode)))
        foreign, failed = (any(getattr(each, state) for each in parts.values()) for state in ("foreign", "failed"))
        return Scalar(node.at, text, foreign=foreign, failed=failed)

    def _truth(self, node: Scalar, path: KeyPath) -> bool:
        value = value_of(node)
        if not isinstance(value, bool) and not node.failed:
            self._places.add(path, "should be true or false")
        return value is True

    def within(self, node: Entries, path: KeyPath, changes: Changes) -> Entries:
        changed = {key: changes[key](value, (*path, key)) for key, value in node.nodes.items() if key in changes}
        return node.replaced({**node.nodes, **changed})


def _split(text: str, separator: str, default: str | None) -> tuple[str, str | None]:
    name, found, value = text.partition(separator)
    return name.strip(), value if found else default


def _mapping(items: Items, split: Callable[[str], tuple[str, str | None]], path: KeyPath, places: Places) -> Entries:
    nodes: dict[str, Node] = {}
    keys: dict[str, At] = {}
    for index, item in enumerate(items.nodes):
        if not isinstance(item, Scalar):
            places.add((*path, index), f"should be a text, not {kind_of(item)}")
            continue
        name, value = split(item.text)
        if name in nodes:
            places.add((*path, index), f"is there already, in line {keys[name][0]}")
            continue
        nodes[name] = Scalar(item.at, value or "", plain=value is None)
        keys[name] = item.at
    return Entries(items.at, nodes, keys)


def _or_empty(node: Node) -> Node:
    return Entries(node.at, {}, {}) if isinstance(node, Scalar) and node.null else node
