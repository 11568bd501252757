"""services.yaml as types: what a service is, resolved for one environment."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bluegreen.model.names import EnvName, HeaderName, Host, ImageRef, Name, NetworkName, UrlPath
from bluegreen.model.units import Bytes, Duration, Share

Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
Argv = tuple[str, ...]


class Spec(BaseModel):
    """The base of everything in services.yaml: unknown keys are errors, values don't change."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Kind(StrEnum):
    """What a service is to a deployment."""

    WEB = "web"
    WORKER = "worker"
    DATABASE = "database"


class Strategy(StrEnum):
    """How a worker changes."""

    OVERLAP = "overlap"
    STOP_FIRST = "stop-first"


class Route(Spec):
    """Requests for this host below this path go to the service. The longest path wins."""

    host: Host
    path: UrlPath = "/"
    strip: bool = False
    """Take the path's prefix off before the service sees the request."""
    max_body: Bytes = 16 * 1024**2
    """The largest request body."""
    timeout: Duration = 60.0
    """The longest silence of the service while it answers."""
    buffering: bool = True
    """Off: requests and answers are passed on as they come."""


class HttpProbe(Spec):
    """An HTTP request that the new container must answer; redirects are not followed."""

    path: UrlPath = "/"
    method: Literal["GET", "HEAD", "POST"] = "GET"
    port: Port | None = None
    """The service's own port unless said."""
    headers: dict[HeaderName, str] = {}
    body_json: Any = Field(default=None, alias="json")
    """A JSON body to send."""
    expect_status: tuple[int, ...] = (200,)
    expect_body: str | None = None
    """A text that the answer's first 64 KB must contain."""
    expect_json: dict[str, Any] = {}
    """Dotted paths into the JSON answer, and the values that must stand there."""


class TcpProbe(Spec):
    """A TCP connection that must be accepted."""

    port: Port | None = None


class Health(Spec):
    """When a new container counts as healthy: every probe named must pass."""

    http: tuple[HttpProbe, ...] = ()
    tcp: TcpProbe | None = None
    command: Argv = ()
    """A command in the container; status 0 is healthy."""
    docker: bool = False
    """The image's own HEALTHCHECK must say healthy."""
    success_threshold: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    """Successes in a row that are needed."""
    interval: Duration = 1.0
    """Time between two probes; starts at 50 ms and backs off to this."""
    timeout: Duration = 5.0
    """The longest that one probe may take."""
    deadline: Duration = 120.0
    """The longest that all may take together, from the container's start."""


class Bake(Spec):
    """The watch after the cutover, while the old color still runs."""

    duration: Duration = Field(default=10.0, alias="for")
    max_5xx: Share = 0.05
    """More answers than this share with a 5xx status switch back…"""
    min_requests: Annotated[int, Field(strict=True, ge=1)] = 20
    """…once this many were seen."""


class Ulimit(Spec):
    """One limit of the processes in the container."""

    soft: int
    hard: int


class Logging(Spec):
    """Docker's logging driver."""

    driver: str = "json-file"
    options: dict[str, str] = {}


class Dependency(Spec):
    """How far another service must be before this one starts."""

    condition: Literal["service_started", "service_healthy"] = "service_started"


class ReleaseCommand(Spec):
    """A command that runs once per release in its image, before anything starts: migrations."""

    command: Argv
    timeout: Duration = 600.0
    fail_on_output: tuple[str, ...] = ()
    """Texts that mean failure although the status is 0."""


class ContainerOptions(Spec):
    """Compose's names and formats for what `docker run` takes."""

    environment: dict[EnvName, str] = {}
    env_file: tuple[str, ...] = ()
    """Files of NAME=value lines, read when the release is made and kept with it."""
    command: Argv | None = None
    entrypoint: Argv | None = None
    user: str | None = None
    working_dir: str | None = None
    volumes: tuple[str, ...] = ()
    tmpfs: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    networks: tuple[NetworkName, ...] = ()
    """More networks than the project's."""
    mem_limit: Bytes | None = None
    cpus: float | None = None
    stop_signal: str | None = None
    stop_grace_period: Duration = 10.0
    restart: Literal["unless-stopped", "no"] = "unless-stopped"
    logging: Logging | None = None
    ulimits: dict[str, Ulimit] = {}
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    security_opt: tuple[str, ...] = ()
    read_only: bool = False
    init: bool = False
    extra_hosts: dict[str, str] = {}
    shm_size: Bytes | None = None
    platform: str | None = None


class Service(ContainerOptions):
    """One service. `name` is its key in services.yaml, the same everywhere."""

    name: Name
    kind: Kind = Kind.WEB
    image: ImageRef | None = None
    """Required of web services and workers."""
    pull_policy: Literal["always", "missing", "never"] = "always"
    source: tuple[str, ...] = ()
    port: Port | None = None
    """Where the container listens; required of web services."""
    routes: tuple[Route, ...] = ()
    replicas: Annotated[int, Field(strict=True, ge=1, le=64)] = 1
    depends_on: dict[Name, Dependency] = {}
    release_command: ReleaseCommand | None = None
    health: Health = Health()
    bake: Bake = Bake()
    drain_timeout: Duration = 300.0
    """The longest wait for requests and connections to the old color to end."""
    strategy: Strategy = Strategy.OVERLAP
    engine: Literal["postgres"] | None = None
    """Required of databases."""
    version: Annotated[int, Field(strict=True, ge=1)] | None = None
    """The database's major version."""
    database: str | None = None
    db_user: str | None = None


class Tls(Spec):
    """A certificate and the hosts it is for."""

    hosts: tuple[Host, ...]
    certificate: str
    """PEM file: the certificate and its chain."""
    key: str
    """PEM file: the private key."""


class ProxySettings(Spec):
    """The nginx container in front."""

    image: ImageRef = "nginx:1.30"
    http: str | int = 80
    """Host port, or address:port, for HTTP."""
    https: str | int | None = None
    tls: tuple[Tls, ...] = ()
    redirect_to_https: bool = True
    """With TLS: plain requests are redirected."""
    trust_proxy: tuple[str, ...] = ()
    """Addresses of proxies in front, whose X-Forwarded-* headers count."""
    workers: Annotated[int, Field(strict=True, ge=1, le=256)] | None = None
    """nginx worker processes; the engine's CPUs unless said."""
    gzip: bool = True
    health_path: UrlPath = "/.bluegreen/health"
    """Answered 200 on every host, for a load balancer in front."""


class Project(Spec):
    """services.yaml, resolved for one environment."""

    project: Name
    network: NetworkName
    environment: str | None = None
    """The overlay that was applied."""
    state_dir: str | None = None
    proxy: ProxySettings = ProxySettings()
    services: dict[Name, Service]

    def of_kind(self, kind: Kind) -> tuple[Service, ...]:
        """Return the services of one kind, in the file's order."""
        return tuple(service for service in self.services.values() if service.kind is kind)
