"""Hosts and URLs in variables name canonical services, at the service's own port."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bluegreen.config.composefile.environment import Variable
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
    shown: bool
    """Whether a message may name it."""


def strange_hosts(compared: Compared) -> Iterator[Finding]:
    """Find hosts that are no service, and services at other ports than theirs."""
    for service, variables in compared.environments():
        for name, variable in variables.items():
            for address in _addresses(name, variable):
                yield from _judged(compared, service, name, address, variable.place)


def _addresses(name: str, variable: Variable) -> Iterator[_Address]:
    value = variable.value
    for url in _URL.finditer(value):
        scheme, host, port = url.groups()
        if host:
            # where an @ follows, this may be a user and the beginning of a password
            shown = not variable.foreign and "@" not in value[url.end() :]
            yield _Address(host, int(port) if port else None, scheme in _DATABASE_SCHEMES, shown)
    match = _ADDRESS.fullmatch(value) if _HOST_VARIABLE.fullmatch(name) else None
    if match and not _NO_NAME.fullmatch(value):
        database = bool(_DATABASE_VARIABLE.fullmatch(name))
        yield _Address(match[1], int(match[2]) if match[2] else None, database, not variable.foreign)


def _judged(compared: Compared, service: str, name: str, address: _Address, place: Place) -> Iterator[Finding]:
    known, host, variable = compared.project.services, address.host, f"{name} of {service}"
    if host in known:
        port = _POSTGRES_PORT if known[host].kind is Kind.DATABASE else known[host].port
        if address.port and port and address.port != port:
            ours = compared.shown(port, "services", host, "port")
            told = f"asks {host} at port {address.port}, and its port is {ours}"
            message = f"{variable} {told if address.shown else 'asks a service at another port than its own'}"
            fix = f"{host}:{ours}" if address.shown else "the port that services.yaml says"
            yield Finding(HOST_PORT, place, service, message, fix)
    elif _ITSELF.fullmatch(host):
        if address.database:
            told = f"{host}: inside a container that is the container itself"
            message = f"{variable} names {told if address.shown else 'the container itself'}"
            yield Finding(HOST, place, service, message, f"name {_choice(compared, address)}")
    elif "." not in host and (address.database or not _composed(compared, host)):
        told = f"{host}, which is no service of services.yaml"
        message = f"{variable} names {told if address.shown else 'a host that is no service of services.yaml'}"
        yield Finding(HOST, place, service, message, f"name {_choice(compared, address)}")


def _composed(compared: Compared, host: str) -> bool:
    """What only Compose has is told of once, by another rule."""
    return compared.composed is not None and host in compared.composed.services


def _choice(compared: Compared, address: _Address) -> str:
    databases = [each.name for each in compared.project.of_kind(Kind.DATABASE)]
    return enumerated(databases if address.database and databases else tuple(compared.project.services), "or")
