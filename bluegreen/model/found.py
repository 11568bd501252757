"""A service as it is found before there is a services.yaml: in a Compose file, or as a running container."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Found:
    """What could be learnt of one service; what is not known is empty."""

    name: str
    image: str = ""
    ports: tuple[int, ...] = ()
    """Ports that it publishes, or else exposes."""
    run: str = ""
    """Of a container: what the engine runs, `repo@sha256:…`, or the image's id where no registry has it."""
    environment: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    """Variables; those with None come from the caller."""
    env_file: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    release_command: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    """More keys, as services.yaml has them."""
    reviews: tuple[str, ...] = ()
    """What else a person should look at."""


@dataclass(frozen=True, slots=True)
class FoundProject:
    """Several of them, on one network."""

    name: str
    network: str
    services: tuple[Found, ...]
    compose: tuple[str, ...] = ()
    """The Compose files that they were found in."""
