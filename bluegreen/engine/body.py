"""What the Engine API is asked for when it makes a container."""

import math
from collections.abc import Mapping
from typing import Any

from bluegreen.model.container import Label, Role
from bluegreen.model.ports import ContainerSpec, Published
from bluegreen.model.service import ContainerOptions, Logging

Body = dict[str, Any]

_NO_LABELS = dict.fromkeys((Label.SERVICE, Label.COLOR, Label.RELEASE, Label.DEPLOYMENT, Label.COMMIT), "")
"""In place of what an image may bring under our names."""


def create_body(spec: ContainerSpec, unsaid: Logging | None = None) -> Body:
    """Build the JSON of `POST /containers/create`. Name and platform go into the query, more networks come after it.

    `unsaid` is where the output goes if the options do not say.
    """
    options = spec.options
    return _given(
        Image=spec.image,
        Cmd=_listed(options.command),
        Entrypoint=_listed(options.entrypoint),
        User=options.user,
        WorkingDir=options.working_dir,
        Env=[f"{name}={value}" for name, value in options.environment.items()] or None,
        Labels={**_NO_LABELS, **options.labels, **spec.labels, Label.ROLE: spec.role.value},
        StopSignal=options.stop_signal,
        StopTimeout=math.ceil(options.stop_grace_period),
        Volumes={volume: {} for volume in options.volumes if ":" not in volume} or None,
        ExposedPorts={_port(port): {} for port in spec.published} or None,
        HostConfig=_host_config(spec, spec.options.logging or unsaid),
        NetworkingConfig={"EndpointsConfig": {spec.network: _given(Aliases=list(spec.aliases) or None)}},
    )


def _host_config(spec: ContainerSpec, logging: Logging | None) -> Body:
    options = spec.options
    return _given(
        NetworkMode=spec.network,
        RestartPolicy={"Name": "no" if spec.role is Role.RELEASE_COMMAND else options.restart},
        PortBindings=_bindings(spec.published) or None,
        Binds=[volume for volume in options.volumes if ":" in volume] or None,
        Tmpfs=dict(_mount(mount) for mount in options.tmpfs) or None,
        LogConfig=logging and {"Type": logging.driver, "Config": logging.options},
        ExtraHosts=[f"{host}:{address}" for host, address in options.extra_hosts.items()] or None,
        **_limits(options),
        **_privileges(options),
    )


def _limits(options: ContainerOptions) -> Body:
    return {
        "Memory": options.mem_limit,
        "NanoCpus": None if options.cpus is None else round(options.cpus * 1e9),
        "PidsLimit": options.pids_limit,
        "ShmSize": options.shm_size,
        "Ulimits": [{"Name": name, "Soft": limit.soft, "Hard": limit.hard} for name, limit in options.ulimits.items()]
        or None,
    }


def _privileges(options: ContainerOptions) -> Body:
    return {
        "CapAdd": list(options.cap_add) or None,
        "CapDrop": list(options.cap_drop) or None,
        "GroupAdd": list(options.group_add) or None,
        "SecurityOpt": list(options.security_opt) or None,
        "Sysctls": options.sysctls or None,
        "ReadonlyRootfs": options.read_only or None,
        "Init": options.init or None,
    }


def _bindings(published: tuple[Published, ...]) -> dict[str, list[Mapping[str, str]]]:
    bindings: dict[str, list[Mapping[str, str]]] = {}
    for port in published:
        bindings.setdefault(_port(port), []).append({"HostIp": port.host_address, "HostPort": str(port.host_port)})
    return bindings


def _port(published: Published) -> str:
    return f"{published.container_port}/tcp"


def _mount(tmpfs: str) -> tuple[str, str]:
    path, _, options = tmpfs.partition(":")
    return path, options


def _listed(argv: tuple[str, ...] | None) -> list[str] | None:
    return None if argv is None else list(argv)


def _given(**fields: Any) -> Body:  # noqa: ANN401 - the Engine API's own mixture
    return {name: value for name, value in fields.items() if value is not None}
