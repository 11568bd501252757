"""What each kind of service needs, and what means nothing to it."""

from collections.abc import Iterator

from bluegreen.config.examples import EXAMPLES
from bluegreen.config.problem import KeyPath
from bluegreen.model.project import Project
from bluegreen.model.service import ContainerOptions, Kind, Service, Strategy

NEEDED = {Kind.WEB: ("image", "port"), Kind.WORKER: ("image",), Kind.DATABASE: ("engine", "version")}

DATABASE_ONLY = frozenset({"engine", "version", "database", "db_user"})

DATABASE_KEYS = DATABASE_ONLY | {"name", "kind"}
"""A database is verified, never created: nothing else means anything…"""

MADE_KEYS = frozenset({"image", "pull_policy", "platform", *ContainerOptions.model_fields})
"""…but where `up` makes it."""


def check_kind(service: Service) -> Iterator[tuple[KeyPath, str]]:
    """Compare the keys of a service with its kind."""
    kind = service.kind
    for key in NEEDED[kind]:
        if getattr(service, key) is None:
            yield (), f"needs {key}, such as {key}: {EXAMPLES[key]} (kind: {kind})"
    for key in sorted(service.model_fields_set):
        if kind is not Kind.DATABASE and key in DATABASE_ONLY:
            yield (key,), "is for databases: it needs kind: database"
    if kind is Kind.WORKER and service.routes:
        yield ("routes",), "a worker has no routes: it needs kind: web"
    if kind is Kind.WEB and service.strategy is Strategy.STOP_FIRST:
        yield ("strategy",), "stop-first is for workers: a web service would be away while it changes"


def check_databases(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find keys of databases that mean something only where a database is made, or nothing at all."""
    allowed = DATABASE_KEYS | MADE_KEYS if project.disposable else DATABASE_KEYS
    for service in project.of_kind(Kind.DATABASE):
        for key in sorted(service.model_fields_set - allowed):
            message = "means nothing to a database, which is verified and never created"
            more = " but by `up`, in an environment with disposable: true" if key in MADE_KEYS else ""
            yield ("services", service.name, key), message + more
