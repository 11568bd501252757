"""Ports and certificates of the proxy."""

from collections.abc import Iterator
from ipaddress import ip_address

from bluegreen.config.problem import KeyPath
from bluegreen.model.project import Project, ProxySettings

HTTPS = 443


def check_ports(proxy: ProxySettings) -> Iterator[tuple[KeyPath, str]]:
    """Find ports that clash, and HTTPS without certificates."""
    if proxy.https is None:
        if proxy.tls:
            yield ("proxy", "tls"), "needs https, such as https: 443"
        return
    if not proxy.tls:
        yield ("proxy", "https"), "needs tls: a certificate and its hosts"
    (plain_host, plain_port), (host, port) = _split(proxy.http), _split(proxy.https)
    if plain_port == port and (plain_host == host or _everywhere(plain_host) or _everywhere(host)):
        yield ("proxy", "https"), "http has this port already"


def check_inner_ports(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find services whose port nginx needs for itself: it answers to their names inside the network."""
    for service in project.services.values():
        if project.proxy.https is not None and service.port == HTTPS:
            yield ("services", service.name, "port"), "the proxy needs 443 for TLS: let the service listen on another"


def check_certificates(project: Project) -> Iterator[tuple[KeyPath, str]]:
    """Find hosts with two certificates, and certificates for hosts that no route has."""
    routed = {route.host for service in project.services.values() for route in service.routes}
    seen: set[str] = set()
    for index, tls in enumerate(project.proxy.tls):
        for number, host in enumerate(tls.hosts):
            path = ("proxy", "tls", index, "hosts", number)
            if host in seen:
                yield path, "has a certificate already"
            elif not any(_covers(host, route) for route in routed):
                yield path, "no route is for this host"
            seen.add(host)


def _covers(host: str, route: str) -> bool:
    """A certificate for `*.example.com` is for one level below it."""
    return host == route or (host.startswith("*.") and host[1:] == f".{route.partition('.')[2]}")


def _everywhere(host: str) -> bool:
    return not host or ip_address(host.strip("[]")).is_unspecified


def _split(listen: str | int) -> tuple[str, str]:
    host, _, port = str(listen).rpartition(":")
    return host, port
