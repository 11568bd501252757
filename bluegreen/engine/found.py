"""Running containers as services, by what `docker run` was told beyond the image."""

from typing import Any

from docker import APIClient
from docker.errors import NotFound

from bluegreen.engine.client import engine_words
from bluegreen.engine.images import run_as
from bluegreen.engine.observed import Answer
from bluegreen.model.errors import EngineError
from bluegreen.model.found import Found, FoundProject

_DEFAULT_NETWORKS = frozenset({"bridge", "host", "none"})


def from_containers(client: APIClient, project: str, names: tuple[str, ...]) -> FoundProject:
    """Describe running containers, by their names. Raises EngineError."""
    answers = [_inspected(client, name) for name in names]
    networks = [name for answer in answers for name in answer["NetworkSettings"]["Networks"]]
    network = next((name for name in networks if name not in _DEFAULT_NETWORKS), f"{project}-network")
    return FoundProject(project, network, tuple(_found(answer, _image(client, answer)) for answer in answers))


def describe(client: APIClient, name: str) -> Found:
    """Describe one container. Raises EngineError."""
    answer = _inspected(client, name)
    return _found(answer, _image(client, answer))


def _inspected(client: APIClient, name: str) -> Answer:
    with engine_words(f"inspect container {name}"):
        try:
            answer: Answer = client.inspect_container(name)
        except NotFound:
            raise EngineError(f"there is no container {name}", "docker ps lists those that run") from None
    return answer


def _image(client: APIClient, answer: Answer) -> Answer:
    with engine_words(f"inspect the image of {answer['Name']}"):
        image: Answer = client.inspect_image(answer["Image"])
    return image


def _found(answer: Answer, here: Answer) -> Found:
    config, host, image = answer["Config"], answer["HostConfig"], here["Config"]
    own = [line for line in config["Env"] or () if line not in (image.get("Env") or ())]
    published = [key for key, bound in (host.get("PortBindings") or {}).items() if bound]
    ports = published or list(config.get("ExposedPorts") or ())
    return Found(
        name=answer["Name"].removeprefix("/"),
        image=config["Image"],
        ports=tuple(int(port.partition("/")[0]) for port in ports if not port.endswith("/udp")),
        run=run_as(config["Image"], here),
        environment=dict(line.split("=", 1) for line in own if "=" in line),
        volumes=tuple(_volume(mount) for mount in answer["Mounts"] if mount["Type"] in ("bind", "volume")),
        options=_options(config, host, image),
    )


def _volume(mount: Answer) -> str:
    source = mount["Source"] if mount["Type"] == "bind" else mount["Name"]
    return ":".join([source, mount["Destination"], *([] if mount["RW"] else ["ro"])])


def _options(config: Answer, host: Answer, image: Answer) -> dict[str, object]:
    given: dict[str, Any] = {
        "command": config.get("Cmd") if config.get("Cmd") != image.get("Cmd") else None,
        "entrypoint": config.get("Entrypoint") if config.get("Entrypoint") != image.get("Entrypoint") else None,
        "user": config.get("User") if config.get("User") != image.get("User") else None,
        "working_dir": config.get("WorkingDir") if config.get("WorkingDir") != image.get("WorkingDir") else None,
        "mem_limit": host.get("Memory") or None,
        "cpus": (host.get("NanoCpus") or 0) / 1e9 or None,
        "cap_add": host.get("CapAdd"),
        "cap_drop": host.get("CapDrop"),
        "group_add": host.get("GroupAdd"),
        "pids_limit": host.get("PidsLimit"),
        "security_opt": host.get("SecurityOpt"),
        "sysctls": host.get("Sysctls"),
        "read_only": host.get("ReadonlyRootfs") or None,
        "init": host.get("Init") or None,
    }
    return {key: value for key, value in given.items() if value}
