"""What validates a release is what will be deployed: built for production, nothing mounted over it."""

import re
from collections.abc import Iterator

from bluegreen.config.composefile.service import Mount
from bluegreen.config.composefile.tree import Place
from bluegreen.config.invariants.compared import Compared
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.invariants.rules import BIND, COMMAND, NODE_ENV, TARGET

TARGETS = ("prod", "production")

_DEVELOPMENT = re.compile(
    r"\b(?:nodemon|ts-node-dev)\b"
    r"|\b(?:npm|pnpm|yarn|bun)(?: run)? (?:[\w-]+:)?(?:dev|develop|watch)\b"
    r"|\b(?:next|nuxt|astro|remix|svelte-kit) dev\b|\bvite(?: dev| serve)?(?: -|$)|\btsx watch\b"
    r"|\bwebpack(?:-dev-server| serve)\b|\bflask run\b.*--debug\b|\bmanage\.py runserver\b"
    r"|(?:^| )--(?:watch|reload|hot|inspect(?:-brk)?)(?:[= ]|$)"
)


def other_targets(compared: Compared) -> Iterator[Finding]:
    """Find services that are built for something else than production."""
    for service, composed in compared.pairs():
        if not composed.has("build"):
            continue
        target = composed.leaf("build", "target")
        if target is None or target.text not in TARGETS:
            says = f"the target {target.shown}" if target else "no target"
            message = f"{service.name} is built with {says}"
            yield Finding(
                TARGET, target.place if target else composed.place, service.name, message, "build: {target: prod}"
            )


def bind_mounts(compared: Compared) -> Iterator[Finding]:
    """Find folders of the host that are mounted."""
    for service in compared.project.services.values():
        for index, volume in enumerate(service.volumes):
            if ":" in volume and volume.startswith("/"):
                path = ("services", service.name, "volumes", index)
                source, target = volume.split(":")[:2]
                mount = Mount("bind", source, target, compared.place(*path), foreign=compared.places.hidden(path))
                yield _bound(service.name, mount)
    for service, composed in compared.pairs():
        for mount in composed.mounts():
            if mount.kind == "bind":
                yield _bound(service.name, mount)


def _bound(service: str, mount: Mount) -> Finding:
    told = "a folder of the host mounted" if mount.foreign else f"the host's {mount.source} mounted at {mount.target}"
    fix = "leave it out (in a later Compose file: volumes: !override []), or use a volume"
    return Finding(BIND, mount.place, service, f"{service} has {told}", fix)


def development_commands(compared: Compared) -> Iterator[Finding]:
    """Find commands of development servers."""
    for service in compared.project.services.values():
        for key, words in (("command", service.command), ("entrypoint", service.entrypoint)):
            path = ("services", service.name, key)
            text = " ".join(words or ())
            yield from _command(service.name, text, compared.place(*path), shown=not compared.places.hidden(path))
    for service, composed in compared.pairs():
        for key in ("command", "entrypoint"):
            leaves = composed.words(key)
            if leaves:
                text, shown = " ".join(leaf.text for leaf in leaves), not any(leaf.foreign for leaf in leaves)
                yield from _command(service.name, text, leaves[0].place, shown=shown)


def _command(service: str, text: str, place: Place, *, shown: bool) -> Iterator[Finding]:
    if match := _DEVELOPMENT.search(text):
        message = f"{service} runs {f'{match[0].strip()}, ' if shown else ''}a development command"
        yield Finding(
            COMMAND, place, service, message, "leave the command to the image, or run what is built: node dist/…"
        )


def node_environments(compared: Compared) -> Iterator[Finding]:
    """Find services that are told to behave as in development."""
    for service, variables in compared.environments():
        said = variables.get("NODE_ENV")
        if said and said.value != "production" and service in compared.project.services:
            message = f"NODE_ENV of {service} is not production"
            yield Finding(NODE_ENV, said.place, service, message, "NODE_ENV: production")
