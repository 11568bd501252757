"""From a tree to the model, service by service, so that one that is wrong hides nothing in the others."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bluegreen.config.explain import Explanation
from bluegreen.config.forms import canonical, canonical_compose, canonical_hooks, canonical_policy, canonical_proxy
from bluegreen.config.keys import keys_of
from bluegreen.config.node import Entries, Node, Places, kind_of
from bluegreen.config.problem import KeyPath, Report
from bluegreen.config.suggest import TOP_HINTS, unknown
from bluegreen.config.values import expanded, passed_through, plain
from bluegreen.config.variables import Variables
from bluegreen.model.hooks import Hooks
from bluegreen.model.project import Project, ProxySettings
from bluegreen.model.service import Service
from bluegreen.model.spec import Spec

M = TypeVar("M", bound=Spec)


class Builder:
    """Builds one project from `root`, the file's tree with the overlay laid over it.

    What is for a machine `elsewhere` may take variables that are not set here: keys of which they make nothing that
    can be judged are left out.
    """

    def __init__(
        self, root: Entries, base: Path, variables: Mapping[str, str], report: Report, *, elsewhere: bool = False
    ) -> None:
        self._root = root
        self._base = base
        self._variables = Variables(variables, elsewhere=elsewhere)
        self._elsewhere = elsewhere
        self.complete = True
        self._report = report
        self._places = Places(root, report)
        self._head: dict[str, Node] = {}
        self._built: dict[str, Node] = {}

    def project(self, environment: str | None) -> Project | None:
        """Build the project with the services that have no problem; None if nothing can be said of the whole."""
        keys = (*keys_of(Project), "environments")
        for key in self._root.nodes:
            if key not in keys and not self._report.full:
                self._places.add((key,), unknown(key, keys, TOP_HINTS))
        head: dict[str, Node] = {
            key: expanded(self._root.nodes[key], self._variables, (key,), self._places)
            for key in keys_of(Project)
            if key in self._root.nodes and key not in ("proxy", "hooks", "services")
        }
        if "compose" in head:
            head["compose"] = canonical_compose(head["compose"])
        self._head = canonical_policy(head, self._base, self._places)
        places = Places(self._root.replaced(self._head), self._report)
        value = {
            **plain(places.root, (), places),
            "proxy": self._proxy(),
            "hooks": self._hooks(),
            "services": self._services(),
        }
        return self._valid(Project, {**value, "environment": environment}, (), places)

    def places(self) -> Places:
        """Return the tree as it was built, to report what is wrong across it."""
        services = self._root.nodes.get("services")
        if not isinstance(services, Entries):
            return self._places
        built = services.replaced({**services.nodes, **self._built})
        nodes = {**self._root.nodes, **self._head, "services": built}
        return Places(self._root.replaced(nodes), self._report)

    def _proxy(self) -> ProxySettings:
        path = ("proxy",)
        entries = self._mapping(self._root.nodes[path[0]], path) if path[0] in self._root.nodes else None
        if entries is None:
            return ProxySettings()
        entries = canonical_proxy(entries, self._base)
        places = Places(self._root.replaced({"proxy": entries}), self._report)
        return self._valid(ProxySettings, plain(entries, path, places), path, places) or ProxySettings()

    def _hooks(self) -> Hooks:
        path = ("hooks",)
        entries = self._mapping(self._root.nodes[path[0]], path) if path[0] in self._root.nodes else None
        if entries is None:
            return Hooks()
        entries = canonical_hooks(entries, self._places)
        places = Places(self._root.replaced({"hooks": entries}), self._report)
        return self._valid(Hooks, plain(entries, path, places), path, places) or Hooks()

    def _services(self) -> dict[str, Service]:
        services = self._root.nodes.get("services")
        if not isinstance(services, Entries) or not services.nodes:
            path: KeyPath = ("services",) if services else ()
            self._places.add(path, "should have services by their names, such as shop-server: {image: …, port: 3000}")
            return {}
        built = {name: self._service(name, node, services) for name, node in services.nodes.items()}
        return {name: service for name, service in built.items() if service}

    def _service(self, name: str, node: Node, services: Entries) -> Service | None:
        before = len(self._report.problems)
        path = ("services", name)
        entries = self._mapping(node, path)
        if entries is None:
            return None
        entries = passed_through(entries, self._variables, path, self._places)
        entries = canonical(entries, self._base, path, self._places)
        self._built[name] = entries
        places = Places(self._root.replaced({"services": services.replaced({name: entries})}), self._report)
        if "name" in entries.nodes:
            places.add((*path, "name"), "is no key here: a service's name is its key")
        service = self._valid(Service, {**plain(entries, path, places), "name": name}, path, places)
        return service if len(self._report.problems) == before else None

    def _mapping(self, node: Node, path: KeyPath) -> Entries | None:
        node = expanded(node, self._variables, path, self._places)
        if isinstance(node, Entries):
            return node
        self._places.add(path, f"should be a mapping, not {kind_of(node)}")
        return None

    def _valid(self, model: type[M], value: dict[str, Any], path: KeyPath, places: Places) -> M | None:
        before = len(self._report.problems)
        try:
            return model.model_validate(value)
        except ValidationError as error:
            Explanation(model, path, places).add(error)
            wrong = {each["loc"][0] for each in error.errors(include_url=False, include_input=False)}
        if not self._elsewhere or len(self._report.problems) > before:
            return None
        self.complete = False
        known = {key: each for key, each in value.items() if key not in wrong}
        return self._valid(model, known, path, places) if len(known) < len(value) else None
