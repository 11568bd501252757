"""services.yaml as types: what a service is, resolved for one environment."""

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from bluegreen.model.names import (
    Capability,
    DbName,
    Directory,
    Driver,
    EnvName,
    FilePath,
    Glob,
    Group,
    HeaderName,
    HeaderValue,
    Host,
    HostAddress,
    ImageRef,
    LabelName,
    Limit,
    Name,
    NetworkName,
    NonEmpty,
    Platform,
    Port,
    ProbePath,
    SecurityOption,
    Signal,
    Sysctl,
    SysctlValue,
    Tmpfs,
    UrlPath,
    User,
    Volume,
)
from bluegreen.model.spec import Argv, Flag, Spec
from bluegreen.model.units import Bytes, Cpus, Duration, Share, Wait


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
    """The host that requests name; `*.example.com` for every host of a domain."""
    path: UrlPath = "/"
    """The beginning of the path: whole segments, `/shop-api` and all below it."""
    strip: Flag = False
    """Take the path's prefix off before the service sees the request."""
    max_body: Bytes = 16 * 1024**2
    """The largest request body."""
    timeout: Wait = 60.0
    """The longest silence of the service while it answers."""
    buffering: Flag = True
    """Off: requests and answers are passed on as they come."""


class HttpProbe(Spec):
    """An HTTP request that the new container must answer; redirects are not followed."""

    path: ProbePath = "/"
    """The path to ask for, with a query where needed."""
    method: Literal["GET", "HEAD", "POST"] = "GET"
    """A body needs POST."""
    port: Port | None = None
    """The service's own port unless said."""
    headers: dict[HeaderName, HeaderValue] = Field(default={}, repr=False)
    """Headers to send, Host included."""
    body_json: Any = Field(default=None, alias="json")
    """A JSON body to send."""
    expect_status: Annotated[tuple[Annotated[int, Field(strict=True, ge=100, le=599)], ...], Field(min_length=1)] = (
        200,
    )
    """The status codes that pass."""
    expect_body: NonEmpty | None = None
    """A text that the answer's first 64 KB must contain."""
    expect_json: dict[str, Any] = Field(default={})
    """Dotted paths into the JSON answer, and the values that must stand there."""


class TcpProbe(Spec):
    """A TCP connection that must be accepted."""

    port: Port | None = None
    """The service's own port unless said."""


class Health(Spec):
    """When a new container counts as healthy: every probe named must pass."""

    http: tuple[HttpProbe, ...] = ()
    """One HTTP probe or several."""
    tcp: TcpProbe | None = None
    """A TCP probe; `{}` connects to the service's own port."""
    command: Argv = ()
    """A command in the container; status 0 is healthy."""
    docker: Flag = False
    """The image's own HEALTHCHECK must say healthy."""
    success_threshold: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    """Successes in a row that are needed."""
    interval: Wait = 1.0
    """Time between two probes; starts at 50 ms, and grows by a hundredth each time up to this."""
    timeout: Wait = 5.0
    """The longest that one probe may take."""
    deadline: Wait = 120.0
    """The longest that all may take together, from the container's start."""


class Bake(Spec):
    """The watch after the cutover, while the old color still runs."""

    duration: Duration = Field(default=10.0, alias="for")
    """How long to watch; `0s` for not at all."""
    max_5xx: Share = 0.05
    """More answers than this share with a 5xx status switch back…"""
    min_requests: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 20
    """…once this many were seen."""


class Ulimit(Spec):
    """One limit of the processes in the container."""

    soft: Annotated[int, Field(strict=True, ge=-1)]
    """What processes start with; -1 for no limit."""
    hard: Annotated[int, Field(strict=True, ge=-1)]
    """How far they may raise it; -1 for no limit."""


class Logging(Spec):
    """Docker's logging driver."""

    driver: Driver = "json-file"
    """The driver's name."""
    options: dict[str, str] = Field(default={}, repr=False)
    """The driver's own options."""


class Dependency(Spec):
    """How far another service must be before this one starts."""

    condition: Literal["service_started", "service_healthy"] = "service_started"
    """Running, or healthy."""


class ReleaseCommand(Spec):
    """A command that runs once per release in its image, before anything starts: migrations."""

    command: Annotated[Argv, Field(min_length=1)]
    """The command and its arguments."""
    timeout: Wait = 600.0
    """The longest that it may take."""
    fail_on_output: tuple[NonEmpty, ...] = ()
    """Texts that mean failure although the status is 0."""


class ContainerOptions(Spec):
    """Compose's names and formats for what `docker run` takes."""

    environment: dict[EnvName, str] = Field(default={}, repr=False)
    """Environment variables; stronger than those of env files. A name without a value takes it from the caller."""
    env_file: tuple[FilePath, ...] = ()
    """Files of NAME=value lines, read when the release is made and kept with it."""
    command: Argv | None = None
    """In place of the image's CMD."""
    entrypoint: Argv | None = None
    """In place of the image's ENTRYPOINT."""
    user: User | None = None
    """The user, and group, that the process runs as."""
    working_dir: Directory | None = None
    """The directory that the process starts in."""
    volumes: tuple[Volume, ...] = ()
    """Volumes and folders of the host to mount; both colors mount the same."""
    tmpfs: tuple[Tmpfs, ...] = ()
    """Folders in memory."""
    labels: dict[LabelName, str] = Field(default={})
    """Labels of the container, beside our own."""
    networks: tuple[NetworkName, ...] = ()
    """More networks than the project's."""
    mem_limit: Bytes | None = None
    """The most memory that the container may use, at least 6m."""
    cpus: Cpus | None = None
    """The most CPU time that it may use, in CPUs."""
    stop_signal: Signal | None = None
    """The signal that asks the process to end, in place of the image's."""
    stop_grace_period: Duration = 10.0
    """How long it may take to end before it is killed."""
    restart: Literal["unless-stopped", "no"] = "unless-stopped"
    """Whether the engine starts it again when it ends by itself."""
    logging: Logging | None = None
    """Where its output goes; unless said, as the engine is set, or 3 files of 50 MB where that has no bound."""
    ulimits: dict[Limit, Ulimit] = Field(default={})
    """Limits of its processes."""
    cap_add: tuple[Capability, ...] = ()
    """Kernel capabilities to add."""
    cap_drop: tuple[Capability, ...] = ()
    """Kernel capabilities to take away."""
    security_opt: tuple[SecurityOption, ...] = ()
    """Security options."""
    read_only: Flag = False
    """Nothing can be written to the image's own files."""
    init: Flag = False
    """Run an init process first, which passes signals on and reaps children."""
    extra_hosts: dict[Host, HostAddress] = Field(default={})
    """More lines for /etc/hosts."""
    group_add: tuple[Group, ...] = ()
    """More groups that the process is in."""
    pids_limit: Annotated[int, Field(strict=True, ge=-1)] | None = None
    """The most processes and threads that it may have; -1 for no limit."""
    sysctls: dict[Sysctl, SysctlValue] = Field(default={})
    """Settings of the kernel for this container alone."""
    shm_size: Bytes | None = None
    """The size of /dev/shm."""
    platform: Platform | None = None
    """Which of an image's platforms to take."""


class Service(ContainerOptions):
    """One service. `name` is its key in services.yaml, the same everywhere."""

    name: Name
    kind: Kind = Kind.WEB
    """`web` is routed by nginx, `worker` has no route, `database` is verified and never replaced."""
    image: ImageRef | None = None
    """Required of web services and workers."""
    pull_policy: Literal["always", "missing", "never"] = "always"
    """When the registry is asked for the image."""
    source: tuple[Glob, ...] | None = None
    """The files of the repository that it is built from; all of them unless said, `[]` where it is built elsewhere."""
    ignore: tuple[Glob, ...] = ()
    """Files among them that make no other image, such as documentation."""
    port: Port | None = None
    """Where the container listens; required of web services."""
    routes: tuple[Route, ...] = ()
    """Which requests from outside go to it."""
    replicas: Annotated[int, Field(strict=True, ge=1, le=64)] = 1
    """How many containers each color has."""
    depends_on: dict[Name, Dependency] = Field(default={})
    """Services that must be there before it starts."""
    release_command: ReleaseCommand | None = None
    """Runs once per release before anything starts."""
    reversible: Flag = True
    """Off: what its release command did can't be undone, so a rollback across this release must be forced."""
    health: Health = Health()
    """When a new container counts as healthy."""
    bake: Bake = Bake()
    """The watch after the cutover."""
    drain_timeout: Duration = 300.0
    """The longest wait for requests and connections to the old color to end."""
    strategy: Strategy = Strategy.OVERLAP
    """How a worker changes: the new beside the old, or after it."""
    engine: Literal["postgres"] | None = None
    """Required of databases."""
    version: Annotated[int, Field(strict=True, ge=1, le=999)] | None = None
    """The database's major version; required of databases."""
    database: DbName | None = None
    """The database to connect to when it is verified."""
    db_user: DbName | None = None
    """The user to connect as when it is verified."""
