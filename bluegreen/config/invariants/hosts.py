"""Hosts and URLs in variables name canonical services, at the service's own port."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bluegreen.config.composefile.tree import Place
from bluegreen.config.invariants.compared import Compared
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.invariants.rules import HOST, HOST_PORT
from bluegreen.config.suggest import enumerated
from bluegreen.model.service import Kind

_URL = re.compile(
    r"\b([a-z][a-z0-9+.-]*)://(?:[^/@\s]*@)?(?:([A-Za-z0-9._-]+)|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?(?=[/?#,\s]|$)"
)
_ADDRESS = re.compile(r"([A-Za-z0-9._-]+)(?::([0-9]{1,5}))?")
_HOST_VARIABLE = re.compile(r".*_HOST|PGHOST")
_DATABASE_VARIABLE = re.compile(r"(?:.*_)?(?:DB|DATABASE|PG|POSTGRES|POSTGRESQL|TYPEORM)_?HOST|PGHOST")
_DATABASE_SCHEMES = frozenset({"postgres", "postgresql"})
_ITSELF = re.compile(r"localhost|127\.[0-9.]+")
_NO_NAME = re.compile(r"true|false|[0-9.]+", re.IGNORECASE)
_POSTGRES_PORT = 5432


@dataclass(frozen=True, slots=True)
class _Address:
    host: str
    port: int | None
    database: bool
    """Whether a database is meant."""


def strange_hosts(compared: Compared) -> Iterator[Finding]:
    """Find hosts that are no service, and services at other ports than theirs."""
    for service, variables in compared.environments():
        for name, variable in variables.items():
            for address in _addresses(name, variable.value):
                yield from _judged(compared, service, name, address, variable.place)


def _addresses(name: str, value: str) -> Iterator[_Address]:
    for scheme, host, port in _URL.findall(value):
        if host:
            yield _Address(host, int(port) if port else None, scheme in _DATABASE_SCHEMES)
    match = _ADDRESS.fullmatch(value) if _HOST_VARIABLE.fullmatch(name) else None
    if match and not _NO_NAME.fullmatch(value):
        yield _Address(match[1], int(match[2]) if match[2] else None, bool(_DATABASE_VARIABLE.fullmatch(name)))


def _judged(compared: Compared, service: str, name: str, address: _Address, place: Place) -> Iterator[Finding]:
    known = compared.project.services
    if address.host in known:
        port = _POSTGRES_PORT if known[address.host].kind is Kind.DATABASE else known[address.host].port
        if address.port and port and address.port != port:
            message = f"{name} of {service} asks {address.host} at port {address.port}, and its port is {port}"
            yield Finding(HOST_PORT, place, service, message, f"{address.host}:{port}")
    elif _ITSELF.fullmatch(address.host):
        if address.database:
            message = f"{name} of {service} names {address.host}: inside a container that is the container itself"
            yield Finding(HOST, place, service, message, f"name {_choice(compared, address)}")
    elif "." not in address.host and (address.database or not _composed(compared, address.host)):
        message = f"{name} of {service} names {address.host}, which is no service of services.yaml"
        yield Finding(HOST, place, service, message, f"name {_choice(compared, address)}")


def _composed(compared: Compared, host: str) -> bool:
    """What only Compose has is told of once, by another rule."""
    return compared.composed is not None and host in compared.composed.services


def _choice(compared: Compared, address: _Address) -> str:
    databases = [each.name for each in compared.project.of_kind(Kind.DATABASE)]
    return enumerated(databases if address.database and databases else tuple(compared.project.services), "or")
