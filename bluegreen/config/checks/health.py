"""Probes that could not work."""

from collections.abc import Iterator

from bluegreen.config.forms import FOR_SHELL
from bluegreen.config.problem import KeyPath
from bluegreen.model.service import Service


def check_probes(service: Service) -> Iterator[tuple[KeyPath, str]]:
    """Find probes without a port, bodies that nobody would send, and commands in another notation."""
    health = service.health
    probes = [*enumerate(health.http)]
    for index, probe in probes:
        if probe.port is None and service.port is None:
            yield ("health", "http", index), "needs port, such as port: 3000: the service has none"
        if probe.body_json is not None and probe.method != "POST":
            yield ("health", "http", index, "json"), "a body needs method: POST"
        for key in ("expect_body", "expect_json"):
            if probe.method == "HEAD" and getattr(probe, key):
                yield ("health", "http", index, key), "the answer to HEAD has no body: it needs method: GET"
    if health.tcp and health.tcp.port is None and service.port is None:
        yield ("health", "tcp"), "needs port, such as port: 3000: the service has none"
    if health.command[:1] in {("CMD",), ("CMD-SHELL",), ("NONE",)}:
        yield ("health", "command"), f"should be the command itself, without CMD; {FOR_SHELL}"
