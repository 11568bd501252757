"""Environments: what may differ between them, and how an overlay is laid over the base."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bluegreen.config.forms import keyed
from bluegreen.config.keys import keys_of
from bluegreen.config.node import Entries, Node, Places, Scalar, kind_of
from bluegreen.config.problem import KeyPath, Report
from bluegreen.config.suggest import unknown, unknown_name
from bluegreen.model.names import NAME
from bluegreen.model.project import Project, ProxySettings
from bluegreen.model.service import Health, Service
from bluegreen.model.spec import Spec


@dataclass(frozen=True, slots=True)
class Differing:
    """What an overlay may say in one mapping, and in the mappings below it."""

    model: type[Spec] | None
    """None where the keys are the names of services."""
    keys: frozenset[str]
    below: Mapping[str, "Differing"] = field(default_factory=dict)

    def refusal(self, key: str) -> str:
        """Say why a key can't stand in an overlay, or return "" if it can."""
        valid = (*sorted(self.keys), *self.below)
        if key in valid:
            return ""
        if self.model is None:
            return unknown_name("service", key, valid)
        if key in keys_of(self.model):
            return "is the same in every environment: it can't stand in an overlay"
        return unknown(key, valid)


_HEALTH = Differing(Health, frozenset({"success_threshold", "interval", "timeout", "deadline"}))
_SERVICE = Differing(
    Service,
    frozenset(
        {
            *("image", "pull_policy", "platform", "environment", "env_file", "labels", "extra_hosts", "routes"),
            *("replicas", "mem_limit", "cpus", "shm_size", "ulimits", "volumes", "tmpfs", "logging", "bake"),
            *("pids_limit", "drain_timeout", "stop_grace_period", "restart", "database", "db_user"),
        }
    ),
    {"health": _HEALTH},
)
_TOP = frozenset(
    {
        *("state_dir", "keep_releases", "compose", "disposable", "notify"),
        *("release", "tags", "branches", "require_digest", "verify"),
    }
)
_PROXY = Differing(
    ProxySettings, frozenset({"image", "http", "https", "tls", "redirect_to_https", "trust_proxy", "workers"})
)


def differing(services: Iterable[str]) -> Differing:
    """Return what may differ between environments; names, versions, topology and code are the same in all."""
    below = {"proxy": _PROXY, "services": Differing(None, frozenset(), dict.fromkeys(services, _SERVICE))}
    return Differing(Project, _TOP, below)


def overlaid(root: Entries, environment: str | None, report: Report) -> Entries:
    """Lay one environment's overlay over the base; every overlay is checked. Values keep their places."""
    places = Places(root, report)
    if "disposable" in root.nodes:
        places.add(("disposable",), "belongs into one of the environments: what holds for all holds for production")
    nodes = {key: node for key, node in root.nodes.items() if not key.startswith("x-")}
    environments = nodes.pop("environments", Entries(root.at, {}, {}))
    base = _keyed(root.replaced(nodes), (), places)
    if not isinstance(environments, Entries):
        places.add(("environments",), "should be a mapping: names and what differs")
        return base
    services = base.nodes.get("services")
    allowed = differing(services.nodes if isinstance(services, Entries) else ())
    overlays = {
        name: _overlay(node, allowed, ("environments", name), places) for name, node in environments.nodes.items()
    }
    if environment is not None and environment not in overlays:
        places.add(("environments",) if overlays else (), unknown_name("environment", environment, tuple(overlays)))
    return _merged(base, overlays.get(environment or "", base))


def environment_names(root: Entries) -> tuple[str, ...]:
    """Return the names of the environments."""
    node = root.nodes.get("environments")
    return tuple(node.nodes) if isinstance(node, Entries) else ()


def _overlay(node: Node, allowed: Differing, path: tuple[str, str], places: Places) -> Entries:
    try:
        NAME.check(path[-1])
    except ValueError as error:
        places.add(path, str(error))
    if isinstance(node, Scalar) and node.null:
        return Entries(node.at, {}, {})
    return _keyed(_permitted(node, allowed, path, places), path, places)


def _permitted(node: Node, allowed: Differing, path: KeyPath, places: Places) -> Entries:
    """Return what the overlay may say, and report the rest."""
    if not isinstance(node, Entries):
        places.add(path, f"should be a mapping, not {kind_of(node)}")
        return Entries(node.at, {}, {})
    nodes: dict[str, Node] = {}
    for key, value in node.nodes.items():
        if places.report.full:
            break
        if refusal := allowed.refusal(key):
            places.add((*path, key), refusal)
        else:
            below = allowed.below.get(key)
            nodes[key] = _permitted(value, below, (*path, key), places) if below else value
    return node.replaced(nodes)


def _keyed(root: Entries, path: KeyPath, places: Places) -> Entries:
    services = root.nodes.get("services")
    if not isinstance(services, Entries):
        return root
    changed = {name: keyed(node, (*path, "services", name), places) for name, node in services.nodes.items()}
    return root.replaced({**root.nodes, "services": services.replaced(changed)})


def _merged(base: Entries, over: Entries) -> Entries:
    """Mappings merge, everything else is replaced."""
    nodes = dict(base.nodes)
    for key, node in over.nodes.items():
        below = nodes.get(key)
        nodes[key] = _merged(below, node) if isinstance(below, Entries) and isinstance(node, Entries) else node
    return Entries(base.at, nodes, {**base.keys, **over.keys})
