"""What each kind of service needs, and what means nothing to it."""

from collections.abc import Iterator

from bluegreen.config.examples import EXAMPLES
from bluegreen.config.problem import KeyPath
from bluegreen.model.service import Kind, Service, Strategy

NEEDED = {Kind.WEB: ("image", "port"), Kind.WORKER: ("image",), Kind.DATABASE: ("engine", "version")}

DATABASE_ONLY = frozenset({"engine", "version", "database", "db_user"})

DATABASE_KEYS = DATABASE_ONLY | {"name", "kind"}
"""A database is verified, never created: nothing else means anything."""


def check_kind(service: Service) -> Iterator[tuple[KeyPath, str]]:
    """Compare the keys of a service with its kind."""
    kind = service.kind
    for key in NEEDED[kind]:
        if getattr(service, key) is None:
            yield (), f"needs {key}, such as {key}: {EXAMPLES[key]} (kind: {kind})"
    for key in sorted(service.model_fields_set):
        if kind is Kind.DATABASE and key not in DATABASE_KEYS:
            yield (key,), "means nothing to a database, which is verified and never created"
        if kind is not Kind.DATABASE and key in DATABASE_ONLY:
            yield (key,), "is for databases: it needs kind: database"
    if kind is Kind.WORKER and service.routes:
        yield ("routes",), "a worker has no routes: it needs kind: web"
    if kind is Kind.WEB and service.strategy is Strategy.STOP_FIRST:
        yield ("strategy",), "stop-first is for workers: a web service would be away while it changes"
