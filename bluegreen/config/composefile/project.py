"""Several Compose files as the one project that Compose makes of them."""

import os.path
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple, NoReturn

from bluegreen.config.composefile.forms import canonical
from bluegreen.config.composefile.merge import merged, settled
from bluegreen.config.composefile.service import ComposeService
from bluegreen.config.composefile.tree import Leaf, Lenient, Listing, Place, Table, Tree, read_tree
from bluegreen.config.dotenv import read_env_file
from bluegreen.config.problem import Report
from bluegreen.config.suggest import unknown_name
from bluegreen.config.variables import Variables

_NOT_IN_NAMES = re.compile(r"[^a-z0-9_-]+")


class Network(NamedTuple):
    """A network as the engine has it."""

    name: str
    place: Place
    foreign: bool
    """The name holds what a variable held: never shown."""


@dataclass(frozen=True, slots=True)
class Composed:
    """What the files mean together."""

    name: str
    """Of Compose's project."""
    file: str
    """The first file."""
    services: Mapping[str, ComposeService]
    inactive: Mapping[str, tuple[str, ...]]
    """Services that none of the chosen profiles has, each with its own profiles, as they may be shown."""
    networks: Mapping[str, Network]
    """By their keys."""
    root: Table = field(repr=False)


def read_compose(files: Sequence[Path], profiles: Sequence[str], variables: Mapping[str, str] = os.environ) -> Composed:
    """Read Compose files, later ones stronger; `.env` beside the first one gives what `variables` lack.

    Raises InvalidConfig.
    """
    folder = files[0].parent
    known = Lenient(with_dotenv(folder, variables))
    reading = _Reading(known)
    root = settled(reading.files(files, folder, ()))
    assert isinstance(root, Table)  # noqa: S101 - for the type: what comes in is one
    asked = {*profiles, *known.get("COMPOSE_PROFILES", "").split(",")}
    services = {name: _service(root, name) for name in table(root, "services").entries}
    active = {name: each for name, each in services.items() if _active(each, asked)}
    project = _project(root, folder, known.get("COMPOSE_PROJECT_NAME", ""))
    return Composed(
        project.text,
        str(files[0]),
        active,
        {
            name: tuple(leaf.shown for leaf in each.words("profiles"))
            for name, each in services.items()
            if name not in active
        },
        _networks(root, project, str(files[0])),
        root,
    )


def with_dotenv(folder: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with those of a folder's `.env`, which are weaker. Raises InvalidConfig."""
    path = folder / ".env"
    return {**(read_env_file(path, str(path), variables) if path.is_file() else {}), **variables}


def table(root: Table, key: str) -> Table:
    """Return a mapping of the file, empty where there is none."""
    found = root.entries.get(key)
    return found if isinstance(found, Table) else Table(root.place, {}, {})


class _Reading:
    def __init__(self, variables: Lenient) -> None:
        self._variables = Variables(variables)
        self._known = variables

    def files(self, paths: Sequence[Path], folder: Path, trail: tuple[Path, ...]) -> Table:
        """Read and merge files whose relative paths are below `folder`."""
        result: Tree | None = None
        for path in paths:
            tree = self._file(path, folder, trail)
            result = merged(result, tree) if result else tree
        assert isinstance(result, Table)  # noqa: S101 - for the type: every file is one
        return result

    def _file(self, path: Path, folder: Path, trail: tuple[Path, ...]) -> Table:
        if path in trail:
            _refuse(Place(str(trail[-1]), 1, 1), "includes itself")
        tree = read_tree(path, self._variables)
        services = table(tree, "services")
        whole = {name: self._extended(tree, name, path, folder, ()) for name in services.entries}
        tree = tree.having({"services": services.having(whole)} if whole else {})
        for item in _listed(tree.entries.get("include")):
            tree = _over(self._included(item, folder, (*trail, path)), tree)
        return tree.without("include")

    def _included(self, item: Tree, folder: Path, trail: tuple[Path, ...]) -> Table:
        said = item if isinstance(item, Table) else Table(item.place, {"path": item}, {"path": item.place})
        paths = [_at(folder, leaf.text) for leaf in _listed(said.entries.get("path")) if isinstance(leaf, Leaf)]
        if not paths:
            _refuse(item.place, "should have the path of a Compose file")
        own = _leaf(said, "project_directory").text
        below = _at(folder, own) if own else paths[0].parent
        weaker = Lenient({**with_dotenv(below, self._known), **self._known})
        return _Reading(weaker).files(paths, below, trail)

    def _extended(self, tree: Table, name: str, path: Path, folder: Path, trail: tuple[tuple[Path, str], ...]) -> Tree:
        """Return a service with what it extends merged below it."""
        service = table(tree, "services").entries[name]
        if not isinstance(service, Table):
            _refuse(service.place, f"services.{name}: should be a mapping")
        if (path, name) in trail:
            _refuse(service.place, f"services.{name}: extends itself, by way of {trail[-1][1]}")
        own = canonical(service.without("extends"), folder)
        said = service.entries.get("extends")
        if said is None:
            return own
        other = said if isinstance(said, Leaf) else _leaf(said, "service")
        file = _leaf(said, "file").text
        source, source_folder, source_tree = path, folder, tree
        if file:
            source = _at(folder, file)
            source_folder, source_tree = source.parent, read_tree(source, self._variables)
        if other.text not in table(source_tree, "services").entries:
            there = tuple(table(source_tree, "services").entries)
            _refuse(said.place, f"services.{name}.extends: {unknown_name('service', other.shown, there)} in {source}")
        return merged(self._extended(source_tree, other.text, source, source_folder, (*trail, (path, name))), own)


def _over(base: Table, over: Table) -> Table:
    result = merged(base, over)
    return result if isinstance(result, Table) else over


def _service(root: Table, name: str) -> ComposeService:
    services = table(root, "services")
    found = services.entries[name]
    return ComposeService(name, services.keys[name], found if isinstance(found, Table) else table(root, ""))


def _active(service: ComposeService, asked: set[str]) -> bool:
    profiles = [leaf.text for leaf in service.words("profiles")]
    return not profiles or "*" in asked or not asked.isdisjoint(profiles)


def _project(root: Table, folder: Path, said: str) -> Leaf:
    """The project's name: `said` by a variable, in the file, or that of the folder."""
    if said:
        return Leaf(root.place, said, foreign=True)
    name = _leaf(root, "name")
    return name if name.text else Leaf(root.place, _plain_name(folder))


def _networks(root: Table, project: Leaf, file: str) -> dict[str, Network]:
    declared = table(root, "networks")
    networks = {"default": Network(f"{project.text}_default", Place(file, 1, 1), project.foreign)}
    for key, tree in declared.entries.items():
        said = tree if isinstance(tree, Table) else table(root, "")
        external = said.entries.get("external", Leaf(said.place, ""))
        own = next((each for each in (_leaf(said, "name"), _leaf(external, "name")) if each.text), None)
        shared = isinstance(external, Table) or (isinstance(external, Leaf) and external.text == "true")
        name = own or (Leaf(said.place, key) if shared else replace(project, text=f"{project.text}_{key}"))
        networks[key] = Network(name.text, declared.keys[key], name.foreign)
    return networks


def _listed(tree: Tree | None) -> tuple[Tree, ...]:
    if isinstance(tree, Listing):
        return tree.items
    return () if tree is None else (tree,)


def _leaf(tree: Tree, key: str) -> Leaf:
    """A text below a mapping, an empty one where there is none."""
    leaf = tree.entries.get(key) if isinstance(tree, Table) else None
    return leaf if isinstance(leaf, Leaf) and not leaf.null else Leaf(tree.place, "")


def _at(folder: Path, text: str) -> Path:
    return Path(os.path.normpath(folder / text))


def _plain_name(folder: Path) -> str:
    return _NOT_IN_NAMES.sub("", folder.resolve().name.lower()).lstrip("_-")


def _refuse(place: Place, message: str) -> NoReturn:
    Report(place.file).refuse((place.line, place.column), message)
