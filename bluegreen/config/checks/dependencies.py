"""What services wait for."""

from collections.abc import Collection, Iterator, Mapping

from bluegreen.config.problem import KeyPath
from bluegreen.config.suggest import unknown_name
from bluegreen.model.project import Project
from bluegreen.model.service import Kind, Service


def check_dependencies(project: Project, declared: Collection[str]) -> Iterator[tuple[KeyPath, str]]:
    """Find services that wait for what isn't there, for themselves, or for what comes later than they."""
    services = project.services
    for name, service in services.items():
        for other in service.depends_on:
            path = ("services", name, "depends_on", other)
            if other == name:
                yield path, "a service can't depend on itself"
            elif other not in declared:
                yield path, unknown_name("service", other, declared)
            elif service.kind is Kind.WEB and other in services and services[other].kind is Kind.WORKER:
                yield path, f"{other} is a worker, and workers change only after the web services"
    for cycle in _cycles(services):
        yield ("services", cycle[0], "depends_on"), f"goes round in a circle: {' → '.join((*cycle, cycle[0]))}"


def _cycles(services: Mapping[str, Service]) -> Iterator[tuple[str, ...]]:
    """Find each circle of two or more services once, without recursion."""
    done: set[str] = set()
    for start in services:
        trail: list[str] = []
        waiting: list[tuple[str, bool]] = [(start, False)]
        while waiting:
            name, leaving = waiting.pop()
            if leaving:
                done.add(trail.pop())
            elif name in trail:
                cycle = trail[trail.index(name) :]
                if len(cycle) > 1:
                    yield tuple(cycle)
            elif name in services and name not in done:
                trail.append(name)
                waiting.append((name, True))
                waiting.extend((other, False) for other in reversed(services[name].depends_on))
