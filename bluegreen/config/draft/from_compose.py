"""What Compose files say of services, as a services.yaml would say it."""

import os.path
from collections.abc import Mapping, Sequence
from pathlib import Path

from bluegreen.config.composefile.project import Composed, read_compose, table
from bluegreen.config.composefile.service import ComposeService, Mount
from bluegreen.config.composefile.tree import Table
from bluegreen.model.found import Found, FoundProject

TEXTS = ("user", "working_dir", "stop_signal", "stop_grace_period", "mem_limit", "shm_size", "platform")
FLAGS = ("init", "read_only")
LISTS = ("tmpfs", "cap_add", "cap_drop", "security_opt")
COMMANDS = ("command", "entrypoint")


def from_compose(files: Sequence[Path], folder: Path, variables: Mapping[str, str] = os.environ) -> FoundProject:
    """Read Compose files for a services.yaml in `folder`. Raises InvalidConfig."""
    composed = read_compose(files, (), variables)
    once = _run_once(composed)
    services = [each for name, each in composed.services.items() if name not in once]
    keys = [key for each in services for key in each.networks()]
    network = composed.networks[keys[0]][0] if keys and keys[0] in composed.networks else f"{composed.name}-network"
    migrations = dict(once)
    found = tuple(_found(each, composed, folder, once, migrations) for each in services)
    return FoundProject(composed.name, network, found, tuple(os.path.relpath(file, folder) for file in files))


def _run_once(composed: Composed) -> dict[str, ComposeService]:
    """Commands that run to their end before others start: migrations."""
    names = {
        name
        for each in composed.services.values()
        for name, condition in each.depends_on().items()
        if condition == "service_completed_successfully"
    }
    return {name: composed.services[name] for name in names if name in composed.services}


def _found(
    service: ComposeService,
    composed: Composed,
    folder: Path,
    once: Mapping[str, ComposeService],
    migrations: dict[str, ComposeService],
) -> Found:
    """Describe a service; of several that wait for the same command, the first one gets it."""
    before = [migrations.pop(name) for name in service.depends_on() if name in migrations]
    waits = [name for each in (service, *before) for name in each.depends_on() if name not in once]
    return Found(
        name=service.name,
        image=service.text("image") or f"{composed.name}-{service.name}",
        ports=_ports(service),
        environment={name: leaf.text for name, leaf in service.named("environment").items()},
        env_file=tuple(_relative(path, folder) for path in service.env_files()),
        volumes=tuple(_volume(mount, composed, folder) for mount in service.mounts() if mount.kind != "tmpfs"),
        depends_on=tuple(dict.fromkeys(waits)),
        release_command=tuple(leaf.text for leaf in before[0].words("command")) if before else (),
        options=_options(service),
    )


def _ports(service: ComposeService) -> tuple[int, ...]:
    exposed = [int(leaf.text) for leaf in service.words("expose") if leaf.text.isdecimal()]
    return tuple(port for ports, _ in service.ports() for port in ports) or tuple(exposed)


def _options(service: ComposeService) -> dict[str, object]:
    found: dict[str, object] = {key: service.text(key) for key in TEXTS if service.text(key)}
    found |= {key: True for key in FLAGS if service.text(key) == "true"}
    for key in (*LISTS, *COMMANDS):
        words = [leaf.text for leaf in service.words(key)]
        if words:
            found[key] = words
    test = _test(service)
    return found | ({"health": {"command": test}} if test else {})


def _test(service: ComposeService) -> list[str]:
    healthcheck = service.table.entries.get("healthcheck")
    if not isinstance(healthcheck, Table):
        return []
    words = [leaf.text for leaf in ComposeService(service.name, service.place, healthcheck).words("test")]
    match words:
        case ["CMD", *rest]:
            return rest
        case ["CMD-SHELL", text]:
            return ["sh", "-c", text]
        case _:
            return []


def _volume(mount: Mount, composed: Composed, folder: Path) -> str:
    source = _relative(Path(mount.source), folder) if mount.kind == "bind" else _engine_name(mount.source, composed)
    return ":".join(filter(None, (source, mount.target, "ro" if mount.read_only else "")))


def _engine_name(key: str, composed: Composed) -> str:
    """The name of the very volume that Compose uses now: its data is to be found again."""
    declared = table(composed.root, "volumes").entries.get(key)
    said = ComposeService(key, composed.root.place, declared) if isinstance(declared, Table) else None
    if not key or (said and said.text("external") == "true"):
        return (said.text("name") if said else "") or key
    return (said.text("name") if said else "") or f"{composed.name}_{key}"


def _relative(path: Path, folder: Path) -> str:
    text = os.path.relpath(path, folder)
    return text if path.is_absolute() and text.startswith("..") else f"./{text}"
