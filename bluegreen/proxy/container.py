"""The proxy's container, and the one-off containers that test for it."""

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

from bluegreen.model.container import Label, Role
from bluegreen.model.ports import ContainerSpec, Published
from bluegreen.model.project import ProxySettings
from bluegreen.model.routing import Routing
from bluegreen.model.service import ContainerOptions, Logging
from bluegreen.proxy import layout
from bluegreen.proxy.render import published_port

REPLACED = "-replaced"
"""Ends the name of a proxy's container while another takes its place."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose proxy it is, and where it lives."""

    project: str
    container: str
    network: str
    image: str
    """What to run: a digest, an id or a tag."""
    state: Path

    @property
    def folder(self) -> Path:
        """The directory that is mounted into it."""
        return self.state / "nginx"

    @property
    def replaced(self) -> str:
        """The container's name while another takes its place."""
        return self.container + REPLACED


def proxy_spec(identity: Identity, routing: Routing, aliases: tuple[str, ...]) -> ContainerSpec:
    """Describe the proxy's container; its spec hash changes with everything that only a new container can change."""
    options = ContainerOptions(
        entrypoint=("nginx",),
        command=("-c", layout.CONFIGURATION),
        volumes=(_mount(identity),),
        # SIGTERM, nginx's default, drops requests.
        stop_signal="SIGQUIT",
        stop_grace_period="30s",
        restart="unless-stopped",
        logging=Logging(driver="json-file", options={"max-size": "50m", "max-file": "3"}),
    )
    spec = ContainerSpec(
        identity.container,
        identity.image,
        Role.PROXY,
        _labels(identity, Role.PROXY),
        options,
        identity.network,
        aliases,
        tuple(_published(routing.settings)),
    )
    digest = hashlib.sha256(repr((spec, options)).encode()).hexdigest()
    return replace(spec, labels={**spec.labels, Label.SPEC_HASH: digest})


def one_off_spec(identity: Identity, argv: tuple[str, ...]) -> ContainerSpec:
    """Describe a one-off container in which nginx reads something and ends."""
    options = ContainerOptions(entrypoint=("nginx",), command=argv, volumes=(_mount(identity),), restart="no")
    return ContainerSpec(
        f"{identity.container}-test",
        identity.image,
        Role.RELEASE_COMMAND,
        _labels(identity, Role.RELEASE_COMMAND),
        options,
        identity.network,
    )


def _labels(identity: Identity, role: Role) -> dict[str, str]:
    return {Label.PROJECT: identity.project, Label.ROLE: str(role)}


def _mount(identity: Identity) -> str:
    return f"{identity.folder}:{layout.MOUNT}:ro"


def _published(settings: ProxySettings) -> list[Published]:
    pairs = [(layout.HTTP, settings.http), (layout.HTTPS, settings.https)]
    return [
        Published(inside, published_port(outside), str(outside).rpartition(":")[0].strip("[]"))
        for inside, outside in pairs
        if outside is not None
    ]
