"""What the engine knows of its machine."""

import ipaddress
import shutil
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from docker import APIClient
from docker.errors import NotFound

from bluegreen.engine import memory
from bluegreen.engine.client import engine_words
from bluegreen.engine.described import described
from bluegreen.model.container import Label
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import Host, Network, Room

MEMORY = Path("/proc/meminfo")


class DockerMachine:
    """Implements `bluegreen.model.ports.Machine`."""

    def __init__(self, client: APIClient, project: str, disposable: str = "") -> None:
        self._client = client
        self._labels = {Label.PROJECT: project} | ({Label.DISPOSABLE: disposable} if disposable else {})

    def host(self) -> Host:
        with engine_words("describe the engine's host"):
            info = described(self._client)
        return Host(
            info["ServerVersion"],
            info["NCPU"],
            info["MemTotal"],
            bool(info.get("LiveRestoreEnabled")),
            info["DockerRootDir"],
        )

    def room(self, state: Path) -> Room:
        with engine_words("describe the engine's host"):
            root = str(described(self._client)["DockerRootDir"])
            return Room(shutil.disk_usage(state).free, str(state), _free(Path(root)), root, _available_memory())

    def memory_of(self, container: str) -> int:
        with engine_words(f"measure container {container}"):
            found = self._client.inspect_container(container)
            seen = memory.used(found["State"]["Pid"], found["Id"])
            if seen is not None:
                return seen
            answer = self._client.stats(container, stream=False, one_shot=True)["memory_stats"]
        remembered = answer.get("stats", {})
        return int(answer.get("usage", 0) - remembered.get("total_inactive_file", remembered.get("inactive_file", 0)))

    def network(self, name: str) -> Network | None:
        with engine_words(f"inspect network {name}"):
            try:
                answer: Mapping[str, Any] = self._client.inspect_network(name)
            except NotFound:
                return None
        # The engine takes the beginning of an id for a name, too.
        if answer["Name"] != name:
            return None
        subnets = tuple(config["Subnet"] for config in answer["IPAM"]["Config"] or () if config.get("Subnet"))
        return Network(name, _gateway(answer), self._ours(answer), subnets)

    def create_network(self, name: str) -> Network:
        try:
            with engine_words(f"create network {name}"):
                self._client.create_network(name, "bridge", check_duplicate=True, labels=self._labels)
        except EngineError:
            if self.network(name) is None:
                raise
        network = self.network(name)
        if network is None:
            raise EngineError(f"network {name} was created, and is gone")
        return network

    def remove_network(self, name: str) -> None:
        with engine_words(f"remove network {name}"), suppress(NotFound):
            self._client.remove_network(name)

    def volumes(self) -> tuple[str, ...]:
        with engine_words("list volumes"):
            label = f"{Label.PROJECT}={self._labels[Label.PROJECT]}"
            found = self._client.volumes(filters={"label": label})["Volumes"] or ()
        return tuple(volume["Name"] for volume in found if self._ours(volume))

    def has_volume(self, name: str) -> bool:
        with engine_words(f"inspect volume {name}"):
            try:
                self._client.inspect_volume(name)
            except NotFound:
                return False
        return True

    def create_volume(self, name: str) -> None:
        with engine_words(f"create volume {name}"):
            self._client.create_volume(name, labels=self._labels)

    def remove_volume(self, name: str) -> None:
        with engine_words(f"remove volume {name}"), suppress(NotFound):
            self._client.remove_volume(name)

    def time(self) -> float:
        with engine_words("ask the engine for its time"):
            said = self._client.get(f"{self._client.base_url}/_ping", timeout=self._client.timeout).headers["Date"]
        return parsedate_to_datetime(said).timestamp()

    def _ours(self, answer: Mapping[str, Any]) -> bool:
        labels = answer.get("Labels") or {}
        keys = (Label.PROJECT, Label.DISPOSABLE)
        return all(labels.get(key, "") == self._labels.get(key, "") for key in keys)


def _free(path: Path) -> int | None:
    try:
        return shutil.disk_usage(path).free
    except OSError:
        return None


def _available_memory() -> int | None:
    try:
        lines = MEMORY.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _gateway(answer: Mapping[str, Any]) -> str:
    """The host's address; the engine takes a subnet's first one where none was asked for, and does not list it."""
    configs = answer["IPAM"]["Config"] or ()
    for config in configs:
        if config.get("Gateway"):
            return str(config["Gateway"])
    subnets = (ipaddress.ip_network(config["Subnet"]) for config in configs)
    return next((str(subnet[1]) for subnet in subnets if subnet.version == 4), "")
