"""Images and machine of the engine in memory."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import RLock

from bluegreen.model.errors import EngineError, EngineGone, NoSuchImage, RegistryUnavailable
from bluegreen.model.ports import Host, Network, Room
from bluegreen.model.release import Image, StoredImage
from tests.fakes.faults import Change, Faults, Killed

GB = 1024**3


class FakeMachine:
    """Implements Images and Machine; records what changed, and lets the caller die at a change."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.changes: list[Change] = []
        self.registry: dict[str, str] = {}
        """Image reference → digest (`sha256:…`)."""
        self.local: dict[str, Image] = {}
        """What the engine has, by reference and by what it runs as."""
        self.networks: dict[str, Network] = {}
        self.machine = Host(version="20.10.24", cpus=2, memory=4 * 1024**3, live_restore=False)
        self.free = Room(GB, "", 100 * GB, "/var/lib/docker", 4 * GB)
        self.memory: dict[str, int] = {}
        """What a container uses, by its name."""
        self.made_volumes: set[str] = set()
        self.foreign_volumes: set[str] = set()
        self.clock: float | None = None
        """What the machine's clock says; None: the right time."""
        self._lock = RLock()
        self.has(Image("nginx:1.30", f"sha256:{'0' * 64}"))

    def has(self, image: Image) -> Image:
        """Put an image into the engine."""
        self.local[image.ref] = self.local[image.run] = replace(image, present=True)
        return self.local[image.ref]

    def resolve(self, ref: str, policy: str, platform: str | None) -> Image:
        del platform
        self._reach()
        local = self.local.get(ref)
        if policy == "never" or (policy == "missing" and local):
            return local or self._no_image(ref)
        if ref in self.registry and not self.faults.registry_gone:
            run = f"{ref.partition('@')[0].rpartition(':')[0] or ref}@{self.registry[ref]}"
            return Image(ref, run, present=run in self.local)
        if local and self.faults.registry_gone and "@" in local.run:
            return replace(local, note="its registry can't be reached; using what is here")
        return local or self._no_image(ref)

    def pull(self, image: Image, platform: str | None, progress: Callable[[str], None]) -> None:
        del platform
        self._reach()
        if self.faults.registry_gone or image.ref in self.faults.pull_breaks:
            raise EngineError(f"pull {image.run}: {self.faults.pull_breaks.get(image.ref, 'connection refused')}")
        progress("Pull complete")
        self._change("pull", image.run, lambda: self.has(replace(image, present=True)))

    def stored(self) -> tuple[StoredImage, ...]:
        self._reach()
        return tuple(self._stored(run) for run in sorted({image.run for image in self.local.values()}))

    def discard(self, image: StoredImage) -> None:
        self._reach()
        if image.id in self.faults.image_in_use:
            raise EngineError(f"remove image {image.id}: conflict: it is being used by a container")
        names = image.names | {image.id}
        self._change("remove image", image.id, lambda: [self.local.pop(name, None) for name in names])

    def used_images(self) -> frozenset[str]:
        """What containers were made of."""
        return frozenset()

    def host(self) -> Host:
        self._reach()
        return self.machine

    def room(self, state: Path) -> Room:
        self._reach()
        return replace(self.free, state_at=str(state))

    def memory_of(self, container: str) -> int:
        self._reach()
        return self.memory.get(container, 0)

    def network(self, name: str) -> Network | None:
        self._reach()
        return self.networks.get(name)

    def create_network(self, name: str) -> Network:
        self._reach()
        network = Network(name, "127.0.0.1")
        self._change("create network", name, lambda: self.networks.setdefault(name, network))
        return self.networks[name]

    def remove_network(self, name: str) -> None:
        self._reach()
        self._change("remove network", name, lambda: self.networks.pop(name, None))

    def volumes(self) -> tuple[str, ...]:
        self._reach()
        return tuple(sorted(self.made_volumes))

    def has_volume(self, name: str) -> bool:
        self._reach()
        return name in self.made_volumes | self.foreign_volumes

    def create_volume(self, name: str) -> None:
        self._reach()
        self._change("create volume", name, lambda: self.made_volumes.add(name))

    def remove_volume(self, name: str) -> None:
        self._reach()
        self._change("remove volume", name, lambda: self.made_volumes.discard(name))

    def time(self) -> float:
        self._reach()
        return time.time() if self.clock is None else self.clock

    def _stored(self, run: str) -> StoredImage:
        names = frozenset(name for name, image in self.local.items() if image.run == run and ":" in name)
        return StoredImage(run, names - {run}, self.local[run].size, run in self.used_images())

    def _reach(self) -> None:
        if self.faults.engine_gone:
            raise EngineGone("cannot reach the Docker engine at unix:///var/run/docker.sock: Connection refused")
        if self.faults.engine_silent:
            raise EngineError("the Docker engine did not answer in time")

    def _change(self, verb: str, name: str, act: Callable[[], object]) -> None:
        with self._lock:
            number = len(self.changes) + 1
            if number == self.faults.killed_before_change:
                raise Killed
            self.changes.append(Change(verb, name))
            act()
            if number == self.faults.killed_after_change:
                raise Killed

    def _no_image(self, ref: str) -> Image:
        if self.faults.registry_gone:
            raise RegistryUnavailable(f"ask the registry for {ref}: no such host", "is it up, and reachable from here?")
        raise NoSuchImage(f"there is no image {ref}", f"docker pull {ref}")
