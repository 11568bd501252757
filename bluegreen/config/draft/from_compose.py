"""What Compose files say of services, as a services.yaml would say it."""

import os.path
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bluegreen.config.composefile.project import Composed, read_compose, table
from bluegreen.config.composefile.service import ComposeService, Mount
from bluegreen.config.composefile.tree import Leaf, Table
from bluegreen.config.draft.compose_keys import left_out, options
from bluegreen.model.found import Found, FoundProject


def from_compose(files: Sequence[Path], folder: Path, variables: Mapping[str, str] = os.environ) -> FoundProject:
    """Read Compose files for a services.yaml in `folder`. Raises InvalidConfig."""
    composed = read_compose(files, (), variables)
    once = _run_once(composed)
    services = [each for name, each in composed.services.items() if name not in once]
    networks = [name for each in services for name in _networks(each, composed)]
    reading = _Reading(composed, folder, next(iter(networks), f"{composed.name}-network"), once, dict(once))
    found = tuple(reading.found(each) for each in services)
    return FoundProject(composed.name, reading.network, found, tuple(os.path.relpath(file, folder) for file in files))


def _run_once(composed: Composed) -> dict[str, ComposeService]:
    """Commands that run to their end before others start: migrations."""
    names = {
        name
        for each in composed.services.values()
        for name, condition in each.depends_on().items()
        if condition == "service_completed_successfully"
    }
    return {name: composed.services[name] for name in names if name in composed.services}


def _networks(service: ComposeService, composed: Composed) -> list[str]:
    return [composed.networks[key].name for key in service.networks() if key in composed.networks]


@dataclass(frozen=True, slots=True)
class _Reading:
    composed: Composed
    folder: Path
    network: str
    """The project's own."""
    once: Mapping[str, ComposeService]
    migrations: dict[str, ComposeService]
    """Those of them that no service has yet."""

    def found(self, service: ComposeService) -> Found:
        """Describe a service; of several that wait for the same command, the first one gets it."""
        before = [self.migrations.pop(name) for name in service.depends_on() if name in self.migrations]
        waits = [name for each in (service, *before) for name in each.depends_on() if name not in self.once]
        command = tuple(leaf.text for leaf in before[0].words("command")) if before else ()
        further = [name for name in _networks(service, self.composed) if name != self.network]
        return Found(
            name=service.name,
            image=service.text("image") or f"{self.composed.name}-{service.name}",
            ports=_ports(service),
            environment=dict(_environment(service)),
            env_file=tuple(_relative(path, self.folder) for path in service.env_files()),
            volumes=tuple(self._volume(mount) for mount in service.mounts() if mount.kind in {"bind", "volume"}),
            depends_on=tuple(dict.fromkeys(waits)),
            release_command=command,
            options={**options(service), **({"networks": further} if further else {})},
            reviews=(*left_out(service), *_reviews(before, command, further)),
        )

    def _volume(self, mount: Mount) -> str:
        bound = mount.kind == "bind"
        source = _relative(Path(mount.source), self.folder) if bound else _engine_name(mount.source, self.composed)
        return ":".join(filter(None, (source, mount.target, "ro" if mount.read_only else "")))


def _ports(service: ComposeService) -> tuple[int, ...]:
    exposed = [int(leaf.text) for leaf in service.words("expose") if leaf.text.isdecimal()]
    return tuple(port for ports, _ in service.ports() for port in ports) or tuple(exposed)


def _environment(service: ComposeService) -> Iterator[tuple[str, str | None]]:
    variables = service.table.entries.get("environment")
    for name, leaf in variables.entries.items() if isinstance(variables, Table) else ():
        if isinstance(leaf, Leaf):
            yield name, None if leaf.null else leaf.text


def _reviews(before: Sequence[ComposeService], command: Sequence[str], further: Sequence[str]) -> Iterator[str]:
    if before and not command:
        yield f"release_command: {before[0].name} ran before it, with its image's own command: which one is that?"
    for each in before[1:]:
        yield f"release_command: {each.name} ran before it, too; write a command that does both"
    if further:
        yield "networks: they must be there before a deployment; until now Compose made them"


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
