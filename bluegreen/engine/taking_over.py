"""Names and ports change hands: a container that runs already gets them in the moment in which another loses them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from docker import APIClient
from docker.errors import NotFound

from bluegreen.engine.client import engine_words
from bluegreen.engine.sockets import listens
from bluegreen.model.container import Label, Vitals
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import ContainerSpec

_DEADLINE = 15.0
_POLL = 0.01


class TakingOver:
    """Has one container take over, by two networks that are there for as long as that takes.

    `apart` is a bridge on which it starts. `ports` is a network that publishes nothing and whose name sorts first: the
    engine publishes the ports of a container on the first of its networks, so one that joins it loses its ports and
    keeps its connections inside the project's network. When it leaves, the engine publishes them again, if it can.
    """

    def __init__(self, client: APIClient, project: str, spec: ContainerSpec) -> None:
        self._client = client
        self._spec = spec
        self._labels = {Label.PROJECT: project}
        self._apart = f"{project}-apart"
        self._ports = f"0-{project}-ports"

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Have the container, which does not run yet, on a network of its own within the block."""
        self._remove(self._apart)
        with engine_words(f"prepare container {self._spec.name}"):
            self._client.create_network(self._apart, "bridge", internal=True, labels=self._labels)
            self._client.disconnect_container_from_network(self._spec.name, self._spec.network)
            self._client.connect_container_to_network(self._spec.name, self._apart)
        try:
            yield
        finally:
            self._remove(self._apart)

    def await_listening(self, look: Callable[[], Vitals], port: int) -> None:
        """Wait until the container takes connections at a port. Raises EngineError after 15 s, or when it has died."""
        deadline = time.monotonic() + _DEADLINE
        while not listens((vitals := look()).pid, port):
            if died := vitals.died():
                raise EngineError(f"{self._spec.name} {died}", f"docker logs {self._spec.name}")
            if time.monotonic() > deadline:
                raise EngineError(
                    f"{self._spec.name} does not listen at port {port} {_DEADLINE:g} s after its start",
                    f"docker logs {self._spec.name}",
                )
            time.sleep(_POLL)

    def join(self, holders: tuple[str, ...]) -> None:
        """Have it join the project's network, with names and ports; holders of a port go on without it."""
        try:
            self._free([name for name in holders if self._holds(name)])
            self._connect()
        finally:
            # a run that was killed may have left it, too; whoever is still on it gets its ports back, if they are free
            self._remove(self._ports)

    def _free(self, holding: list[str]) -> None:
        if holding:
            self._make_portless()
        for name in holding:
            with engine_words(f"take the published ports from container {name}"):
                self._client.connect_container_to_network(name, self._ports)

    def _connect(self) -> None:
        with engine_words(f"connect container {self._spec.name} to network {self._spec.network}"):
            self._client.connect_container_to_network(
                self._spec.name, self._spec.network, aliases=list(self._spec.aliases)
            )

    def _make_portless(self) -> None:
        with engine_words(f"make the network {self._ports}"):
            if self._client.networks(names=[self._ports]):
                return
            network = self._client.inspect_network(self._spec.network)
            bridge = (network["Options"] or {}).get("com.docker.network.bridge.name", f"br-{network['Id'][:12]}")
            self._client.create_network(self._ports, "macvlan", options={"parent": bridge}, labels=self._labels)

    def _holds(self, name: str) -> bool:
        """Whether a container publishes one of the ports that are to be taken."""
        with engine_words(f"inspect container {name}"):
            ports = self._client.inspect_container(name)["NetworkSettings"]["Ports"] or {}
        taken = {int(binding["HostPort"]) for bound in ports.values() for binding in bound or ()}
        return bool(taken & {published.host_port for published in self._spec.published})

    def _remove(self, network: str) -> None:
        """Remove a network with all that is on it still: whom it gave no ports gets them back."""
        with engine_words(f"remove network {network}"), suppress(NotFound):
            there: dict[str, Any] = self._client.inspect_network(network)
            for container in there["Containers"]:
                with suppress(NotFound):
                    self._client.disconnect_container_from_network(container, network, force=True)
            self._client.remove_network(network)
