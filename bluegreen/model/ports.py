"""The seams: containers, images and proxy, as the deployment sees them.

Everything that changes the world outside goes through one of these or through `bluegreen.files`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bluegreen.model.color import Color
from bluegreen.model.container import Container, Heard, Labels, Role, Vitals
from bluegreen.model.found import Found
from bluegreen.model.notice import Notice
from bluegreen.model.release import Image, StoredImage
from bluegreen.model.routing import Capabilities, Flows, Live, ProxyView, Routing
from bluegreen.model.service import ContainerOptions


@dataclass(frozen=True, slots=True)
class Published:
    """A port of the host that leads into a container."""

    container_port: int
    host_port: int
    host_address: str = ""
    """Empty: every address of the host."""


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """A container to be: everything about it, decided beforehand."""

    name: str
    image: str
    role: Role
    labels: Labels
    """Ours; the user's own are in `options.labels`."""
    options: ContainerOptions
    """With the values of env files already in `environment`."""
    network: str
    aliases: tuple[str, ...] = ()
    published: tuple[Published, ...] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """The project's network as the engine has it."""

    name: str
    gateway: str
    ours: bool = True
    """Whether it was made for this project and environment."""
    subnets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Host:
    """The engine's machine."""

    version: str
    cpus: int
    memory: int
    """Bytes."""
    live_restore: bool
    root: str = ""
    """Where the engine keeps images and containers."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is free, in bytes."""

    state: int
    """On the disk of the state directory."""
    state_at: str
    images: int | None
    """On the disk on which the engine keeps images and containers; None where this machine does not see it."""
    images_at: str
    memory: int | None
    """What the kernel could give without swapping; None where it does not say."""


@dataclass(frozen=True, slots=True)
class Output:
    """How a command in a container ended."""

    status: int
    text: str
    """Standard output and error together, the last 64 KB, control characters removed."""


class Subscription(Protocol):
    """Something heard in the background until it is closed."""

    def close(self) -> None:
        """Hear no more; return when nothing is heard any longer."""


class Engine(Protocol):
    """The container engine of one project. Every call raises EngineError, with the engine's own words."""

    def containers(self) -> tuple[Container, ...]:
        """List every container that carries our project label, stopped ones included."""

    def find(self, name: str) -> Container | None:
        """Look up any container by name, ours or not (`ours`, and no labels)."""

    def inspect(self, name: str) -> Vitals:
        """Tell how a container is."""

    def start(self, spec: ContainerSpec) -> Container:
        """Create and start; what exists already under that name with that release is started as it is."""

    def stop(self, name: str, grace: float) -> None:
        """Send the stop signal, wait `grace` seconds, kill. A container that is gone is no error."""

    def remove(self, name: str) -> None:
        """Remove a container, killing it if it runs. One that is gone is no error.

        One that was adopted is stopped and kept, under another name, and belongs to nobody from then on.
        """

    def image_of(self, name: str) -> str:
        """Return the id of the image that a container was made of."""

    def image_id(self, ref: str) -> str:
        """Return the id of the image that a reference means here by now; "" where there is none."""

    def describe(self, name: str) -> Found:
        """Tell what a container, whoever's it is, was made with beyond its image."""

    def adopt(self, name: str, labels: Labels) -> None:
        """Take a container of somebody else's for one that carries these labels, from here on."""

    def rename(self, name: str, new: str) -> None:
        """Give a container another name: from then on it answers to that one on its networks."""

    def callers(self, name: str, port: int) -> Mapping[str, int]:
        """Count the open connections into a container's port, by the address that they come from."""

    def take_over(self, spec: ContainerSpec, port: int, holders: tuple[str, ...]) -> Container:
        """Start a container apart from its network, and have it join once it listens at its `port`.

        In that moment it gets its aliases and publishes its ports; which of `holders` published one goes on without.
        """

    def run(self, spec: ContainerSpec, timeout: float, line: Callable[[str], None]) -> int:
        """Run a one-off container to its end, pass on each line of output, return its status, remove it.

        One that an earlier run of the same release left is taken part in, not started again.
        """

    def execute(self, name: str, argv: tuple[str, ...], timeout: float) -> Output:
        """Run a command in a running container."""

    def signal(self, name: str, signal: str) -> None:
        """Send a signal, by name, to a container's first process."""

    def logs(self, name: str, tail: int | None = None, since: float = 0.0, *, follow: bool = False) -> Iterator[str]:
        """Yield log lines, control characters removed; `since` is Unix time, `tail` a number of lines."""

    def listen(self, heard: Callable[[Heard], None]) -> Subscription:
        """Call `heard`, from another thread, with what happens to containers of ours.

        A help to be quick, no record: what happens while the engine itself restarts may go unheard.
        """


class Images(Protocol):
    """The engine's images and the registries behind it. Raises EngineError."""

    def resolve(self, ref: str, policy: str, platform: str | None) -> Image:
        """Say what `ref` means now, asking its registry as `policy` (`always`, `missing`, `never`) allows."""

    def pull(self, image: Image, platform: str | None, progress: Callable[[str], None]) -> None:
        """Pull exactly `image.run`."""

    def stored(self) -> tuple[StoredImage, ...]:
        """List every image that the engine has."""

    def discard(self, image: StoredImage) -> None:
        """Remove an image with all its names, without force: the engine refuses what is used."""


class Machine(Protocol):
    """What the engine knows of its machine. Raises EngineError."""

    def host(self) -> Host:
        """Describe the machine."""

    def room(self, state: Path) -> Room:
        """Measure what is free."""

    def memory_of(self, container: str) -> int:
        """Return the bytes of memory that a container uses, without files that the kernel only remembers."""

    def network(self, name: str) -> Network | None:
        """Look a network up."""

    def create_network(self, name: str) -> Network:
        """Create a bridge network with our project label."""

    def remove_network(self, name: str) -> None:
        """Remove a network. One that is gone is no error."""

    def volumes(self) -> tuple[str, ...]:
        """List the volumes that were made for this project and environment."""

    def has_volume(self, name: str) -> bool:
        """Whether there is such a volume, whoever's it is."""

    def create_volume(self, name: str) -> None:
        """Create a volume with our project label."""

    def remove_volume(self, name: str) -> None:
        """Remove a volume. One that is gone is no error."""

    def time(self) -> float:
        """Return the Unix time by the machine's own clock, exact to a second."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers of one color, counted in nginx's access log."""

    requests: int = 0
    failed: int = 0
    """Of them, those in which an attempt at this color ended in a 5xx, a refusal or a time-out."""


Tallies = Mapping[tuple[str, Color], Tally]


class Proxy(Protocol):
    """nginx. Every call raises ProxyError, with nginx's own `[emerg]` lines where there are any."""

    def view(self) -> ProxyView:
        """Ask nginx what it serves."""

    def capabilities(self) -> Capabilities:
        """Detect what the nginx that runs can do, or the one that `up` would start; remembered per image id."""

    def up(self, routing: Routing, aliases: tuple[str, ...], in_place_of: tuple[str, ...] = ()) -> None:
        """Create or start the proxy container, on a configuration that passed its test; wait until it answers.

        `in_place_of` names containers that had its aliases and ports so far: it takes them over without a pause, or
        with the shortest that the engine allows.
        """

    def outdated(self, routing: Routing, aliases: tuple[str, ...]) -> bool:
        """Whether only a new container could be what is wanted now: another image, port or canonical name."""

    def renew(self, routing: Routing, aliases: tuple[str, ...]) -> None:
        """Put a new container in the place of the one that runs, once its image has passed the configuration.

        Requests that are under way have some seconds to end. Where the new one does not serve, the one before does
        again. Raises EngineError, too; NeedsHuman where neither serves.
        """

    def prepare(self, routing: Routing) -> int:
        """Make, test, reload and verify a generation; return its number. The same text: nothing is reloaded."""

    def switch(self, live: Live) -> Live:
        """Rename the `live` symlink: from here every request goes by `live`. Return what it replaced."""

    def flows(self, addresses: tuple[str, ...]) -> Flows:
        """Count what may still reach these container addresses."""

    def tally(self, since: float) -> Tallies:
        """Count answers by service and color since the Unix time `since`."""


class Seals(Protocol):
    """Remembers generations apart from nginx's files, which anybody may edit. Every call raises LedgerError."""

    def seal(self, generation: int, manifest: str) -> None:
        """Write down what a generation was made from, before nginx may read it."""

    def sealed(self, generation: int) -> str:
        """Return what was written down; nothing where that was lost."""


class Notifier(Protocol):
    """Tells others of a deployment. Nothing that they do, or fail to do, changes what becomes of it."""

    def tell(self, notice: Notice) -> None:
        """Have it sent to those who want to know, beside the work."""

    def close(self) -> tuple[str, ...]:
        """Wait for what is on its way, not for long; return what was not delivered, in lines without a secret."""


class HookRunner(Protocol):
    """Commands of the user's on the host."""

    def run(
        self,
        argv: tuple[str, ...],
        environment: Mapping[str, str],
        timeout: float,
        line: Callable[[str], None],
        called_off: Callable[[], bool],
    ) -> str:
        """Run a command to its end, pass on each line of output; return why it failed, "" when it did not.

        `environment` is beside PATH and HOME. After `timeout` seconds, or once it is called off, the command is
        killed, with all that it started.
        """


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """The last answer of one probe, as a person wants to read it."""

    probe: str
    """`POST /shop-api`"""
    ok: bool
    text: str
    """`200 in 12 ms`, `503: "starting"`, `connection refused`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What health says of one color of a service; undecided while both are None/False."""

    healthy: bool = False
    failed: str | None = None
    """Why it will not become healthy."""
    answers: tuple[ProbeAnswer, ...] = ()
    log: tuple[str, ...] = field(default=())
    """The container's last log lines, with a failure."""
