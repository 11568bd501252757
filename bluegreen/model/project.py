"""services.yaml as types: the project around its services, resolved for one environment."""

from typing import Annotated, Literal

from pydantic import Field

from bluegreen.model.hooks import Hooks
from bluegreen.model.names import (
    Directory,
    FilePath,
    Host,
    ImageRef,
    Listen,
    Name,
    NetworkName,
    NonEmpty,
    RefPattern,
    RuleId,
    Subnet,
    UrlPath,
)
from bluegreen.model.notify import Notification
from bluegreen.model.service import Kind, Service
from bluegreen.model.spec import Argv, Flag, Spec

IMAGE = "{image}"
"""Stands in `verify` for the image, by its digest."""


class Tls(Spec):
    """A certificate and the hosts it is for."""

    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    """Hosts of routes."""
    certificate: FilePath
    """PEM file: the certificate and its chain."""
    key: FilePath
    """PEM file: the private key."""


class ProxySettings(Spec):
    """The nginx container in front."""

    image: ImageRef = "nginx:1.30"
    """nginx's image."""
    http: Listen = 80
    """Host port, or address:port, for HTTP."""
    https: Listen | None = None
    """Host port, or address:port, for HTTPS; needs `tls`."""
    tls: tuple[Tls, ...] = ()
    """Certificates; need `https`."""
    redirect_to_https: Flag = True
    """With TLS: plain requests to hosts that have a certificate are redirected; to others they are served."""
    trust_proxy: tuple[Subnet, ...] = ()
    """Addresses of proxies in front, whose X-Forwarded-* headers count."""
    workers: Annotated[int, Field(strict=True, ge=1, le=256)] | None = None
    """nginx worker processes; the engine's CPUs unless said."""
    gzip: Flag = True
    """Compress answers for clients that accept it."""
    health_path: UrlPath = "/.bluegreen/health"
    """Answered 200 on every host, for a load balancer in front."""


class ComposeFiles(Spec):
    """The team's own Compose files for an environment."""

    files: Annotated[tuple[FilePath, ...], Field(min_length=1)]
    """Files that are merged, later ones stronger."""
    profiles: tuple[NonEmpty, ...] = ()
    """Profiles whose services count, too."""


class Waiver(Spec):
    """A rule of `bluegreen check` that is not followed, and why."""

    rule: RuleId
    """The rule's id."""
    service: NonEmpty | None = None
    """Only for this service of services.yaml or of a Compose file; for all unless said."""
    reason: NonEmpty
    """Why this is right nevertheless."""


class Project(Spec):
    """services.yaml, resolved for one environment."""

    project: Name
    """The project's name: part of the proxy's name and of every container's labels."""
    network: NetworkName
    """The Docker network of all its containers."""
    environment: str | None = None
    """The overlay that was applied."""
    state_dir: Directory | None = None
    """Where the ledger and nginx's configuration are kept; `/var/lib/bluegreen/<project>` unless said."""
    keep_releases: Annotated[int, Field(strict=True, ge=1, le=100)] = 3
    """How many earlier releases of each service keep their images, to roll back to."""
    compose: ComposeFiles | None = None
    """The team's own Compose files, which must say the same; see `bluegreen check`."""
    disposable: Flag = False
    """`bluegreen up` may make all of it, databases included, and `bluegreen down` remove all of it."""
    release: Literal["any", "tag"] = "any"
    """What may be deployed: anything, or what one of `tags` names."""
    tags: Annotated[tuple[RefPattern, ...], Field(min_length=1)] = ("*",)
    """With `release: tag`: the tags that may be deployed."""
    branches: tuple[RefPattern, ...] = ()
    """One of these branches must contain the commit that is deployed."""
    require_digest: Flag = False
    """Only what a registry names by its digest is deployed."""
    verify: Argv = ()
    """A command of this host that must accept an image, `{image}`, before it is deployed."""
    waive: tuple[Waiver, ...] = ()
    """Rules of `bluegreen check` that are not followed, each with the reason."""
    proxy: ProxySettings = ProxySettings()
    """The nginx container in front."""
    hooks: Hooks = Hooks()
    """Commands on this host at moments of a deployment."""
    notify: tuple[Notification, ...] = ()
    """Who is told of deployments."""
    services: dict[Name, Service]
    """The services by name."""

    def of_kind(self, kind: Kind) -> tuple[Service, ...]:
        """Return the services of one kind, in the file's order."""
        return tuple(service for service in self.services.values() if service.kind is kind)
