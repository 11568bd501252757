"""All probes of one container."""

from collections.abc import Callable
from functools import partial

from bluegreen.health import probe
from bluegreen.model.ports import Engine, ProbeAnswer
from bluegreen.model.service import Service

Ask = Callable[[str, float], ProbeAnswer]
"""Given the container's address and a time limit in seconds."""

_KNOCK = 0.5


class Probes:
    """What a service's container is asked; without a single probe configured: its port, or that it keeps running."""

    def __init__(self, engine: Engine, service: Service, container: str) -> None:
        health = service.health
        self._close: Callable[[], None] | None = None
        self._asks: list[Ask] = []
        self._unopened: set[int] = set()
        if health.http:
            self._add_http(service)
        port = (health.tcp and health.tcp.port) or service.port
        if port and (health.tcp or not _configured(service)):
            self._add_port(port, partial(probe.tcp, port))
        if health.docker:
            self._asks.append(lambda _address, _timeout: probe.docker(engine, container))
        if health.command:
            self._asks.append(lambda _address, timeout: probe.command(engine, container, health.command, timeout))
        if not self._asks:
            self._asks.append(lambda _address, _timeout: probe.running(engine, container, health.interval))

    def ask(self, address: str, timeout: float) -> tuple[ProbeAnswer, ...]:
        """Ask everything, each within `timeout` seconds."""
        return tuple(ask(address, timeout) for ask in self._asks)

    def refusal(self, address: str) -> ProbeAnswer | None:
        """Say which port has never accepted a connection; knocking costs the container next to nothing."""
        for port in tuple(self._unopened):
            answer = probe.tcp(port, address, _KNOCK)
            if not answer.ok:
                return answer
            self._unopened.discard(port)
        return None

    def close(self) -> None:
        """Close what is open."""
        if self._close:
            self._close()

    def _add_http(self, service: Service) -> None:
        from bluegreen.health.http import Http  # noqa: PLC0415 - a tenth of a second, for those who need it

        http = Http()
        self._close = http.close
        for wanted in service.health.http:
            port = wanted.port or service.port or 80
            self._add_port(port, partial(http.ask, wanted, port))

    def _add_port(self, port: int, ask: Ask) -> None:
        self._unopened.add(port)
        self._asks.append(ask)


def _configured(service: Service) -> bool:
    health = service.health
    return bool(health.http or health.tcp or health.docker or health.command)
