"""Routes that two services claim."""

from collections.abc import Iterator

from bluegreen.config.node import Places
from bluegreen.config.problem import KeyPath, dotted
from bluegreen.model.project import Project


def check_conflicts(project: Project, places: Places) -> Iterator[tuple[KeyPath, str]]:
    """Find routes with the same host and path."""
    taken: dict[tuple[str, str], KeyPath] = {}
    for name, service in project.services.items():
        for index, route in enumerate(service.routes):
            path = ("services", name, "routes", index)
            first = taken.setdefault((route.host, route.path.rstrip("/")), path)
            if first != path:
                line = places.find(first)[0][0]
                yield path, f"the same host and path as {dotted(first)}, in line {line}"


def check_prefixes(project: Project, places: Places) -> Iterator[tuple[KeyPath, str]]:
    """Find paths that were meant as patterns: nginx would take a * as it is."""
    for name, service in project.services.items():
        for index, route in enumerate(service.routes):
            prefix, star, _ = route.path.partition("*")
            if star:
                path = ("services", name, "routes", index, "path")
                wanted = "it without *" if places.hidden(path) else prefix.rstrip("/") or "/"
                yield path, f"the path is a prefix: write {wanted}"


def check_places(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find routes in a place that is taken by nginx itself, or by a service's name inside the network."""
    if project.proxy.health_path == "/":
        yield ("proxy", "health_path"), "would stand in place of every site's own page"
    for name, service in project.services.items():
        for index, route in enumerate(service.routes):
            path = ("services", name, "routes", index)
            if route.host in project.services:
                yield (*path, "host"), "is a service's name, to which the proxy answers inside the network"
            if route.path == project.proxy.health_path != "/":
                yield (*path, "path"), "is the proxy's health_path: it answers there itself"
