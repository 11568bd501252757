"""What fits in every single place and yet not together."""

from collections.abc import Callable, Iterator

from bluegreen.config.checks import dependencies, health, kernel, kinds, names, notify, policy, proxy, routes, storage
from bluegreen.config.node import Entries, Places
from bluegreen.config.problem import KeyPath
from bluegreen.model.project import Project
from bluegreen.model.service import Service

Finding = tuple[KeyPath, str]
"""A path, and what is wrong there."""

SERVICE: tuple[Callable[[Service], Iterator[Finding]], ...] = (
    kinds.check_kind,
    names.check_reserved,
    health.check_probes,
    kernel.check_signal,
    storage.check_mounts,
    storage.check_modes,
    storage.check_limits,
)
"""Looks at one service; paths start below it."""


def check(project: Project, places: Places) -> None:
    """Report everything that does not fit together; a service that is wrong in itself is not in `project`."""
    declared = places.find(("services",))[2]
    names_declared = tuple(declared.nodes) if isinstance(declared, Entries) else ()
    for path, message in (*_within_services(project), *_across(project, names_declared, places)):
        places.add(path, message)


def _within_services(project: Project) -> Iterator[Finding]:
    for service in project.services.values():
        for look in SERVICE:
            for path, message in look(service):
                yield ("services", service.name, *path), message


def _across(project: Project, declared: tuple[str, ...], places: Places) -> Iterator[Finding]:
    yield from names.check_names(project)
    yield from names.check_networks(project)
    yield from kinds.check_databases(project)
    yield from routes.check_conflicts(project, places)
    yield from dependencies.check_dependencies(project, declared)
    yield from kernel.check_capabilities(project, places)
    yield from routes.check_places(project)
    yield from routes.check_prefixes(project, places)
    yield from proxy.check_ports(project.proxy)
    yield from policy.check_policy(project)
    yield from notify.check_notify(project)
    yield from proxy.check_inner_ports(project)
    if len(declared) == len(project.services):
        yield from proxy.check_certificates(project)
