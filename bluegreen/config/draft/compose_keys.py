"""What a Compose service says and services.yaml can say, too, and what has no place there."""

from collections.abc import Callable, Iterator, Mapping

from bluegreen.config.composefile.service import ComposeService
from bluegreen.config.composefile.tree import Leaf, Listing, Table, Tree
from bluegreen.config.draft.secrets import is_secret
from bluegreen.config.node import Scalar
from bluegreen.config.problem import shown_key
from bluegreen.config.scalars import Value, value_of
from bluegreen.config.suggest import HINTS, enumerated

SCALARS: Mapping[str, tuple[str, ...]] = {
    **{key: (key,) for key in ("user", "working_dir", "stop_signal", "stop_grace_period", "restart")},
    **{key: (key,) for key in ("shm_size", "platform", "pull_policy")},
    "mem_limit": ("mem_limit", "deploy.resources.limits.memory"),
    "cpus": ("cpus", "deploy.resources.limits.cpus"),
    "pids_limit": ("pids_limit", "deploy.resources.limits.pids"),
    "replicas": ("scale", "deploy.replicas"),
}
"""Each with the places where Compose may say it."""

FLAGS = ("init", "read_only")
LISTS = ("tmpfs", "cap_add", "cap_drop", "security_opt", "group_add")
COMMANDS = ("command", "entrypoint")
TABLES = ("labels", "extra_hosts", "logging", "ulimits", "sysctls")

SECRETIVE = ("labels", "logging.options")
"""Tables in which a secret may stand."""

USED = frozenset(
    {
        *("image", "build", "ports", "expose", "environment", "env_file", "volumes", "networks", "depends_on"),
        *("healthcheck.test", "healthcheck.disable", *FLAGS, *LISTS, *COMMANDS, *TABLES),
        *(place for places in SCALARS.values() for place in places),
    }
)
"""What the draft has, or tells of in its own words."""

WHY = {
    **HINTS,
    "deploy": "services.yaml has replicas, cpus, mem_limit and pids_limit",
    "healthcheck": "health has interval, timeout and deadline of its own",
}


def options(service: ComposeService) -> dict[str, object]:
    """Return keys as services.yaml has them; what it refuses goes when the draft is checked."""
    test = _test(service)
    return {
        **dict(_scalars(service)),
        **dict(_lists(service)),
        **dict(_tables(service)),
        **({"health": {"command": test}} if test else {}),
    }


def left_out(service: ComposeService) -> Iterator[str]:
    """Say what has no place in services.yaml, and why."""
    unused: dict[str, list[str]] = {}
    for path in _unused(service.table, ""):
        unused.setdefault(path.partition(".")[0], []).append(shown_key(path))
    for key, paths in unused.items():
        verb, why = "is" if len(paths) == 1 else "are", WHY.get(key, "services.yaml has no such key")
        yield f"{enumerated(paths)} {verb} left out: {why.removesuffix('; leave it out')}"
    for path in _secrets(service.table, ""):
        yield f"{shown_key(path)} is left out: it looks secret"
    if any(mount.kind not in {"bind", "volume", "tmpfs"} for mount in service.mounts()):
        yield "volumes: a mount is left out that is no bind, volume or tmpfs"
    networks = service.table.entries.get("networks")
    if isinstance(networks, Table) and any(
        isinstance(each, Table) and each.entries for each in networks.entries.values()
    ):
        yield "networks: their options, such as aliases, are left out: they don't fit both colors"


def _scalars(service: ComposeService) -> Iterator[tuple[str, object]]:
    for key, places in SCALARS.items():
        texts = (service.text(*place.split(".")) for place in places)
        if text := next(filter(None, texts), ""):
            yield key, _value(text)
    yield from ((key, True) for key in FLAGS if service.flag(key))


def _lists(service: ComposeService) -> Iterator[tuple[str, object]]:
    memory = [mount.target for mount in service.mounts() if mount.kind == "tmpfs"]
    for key in LISTS:
        if words := [*_words(service, key), *(memory if key == "tmpfs" else ())]:
            yield key, words
    for key in COMMANDS:
        tree = service.table.entries.get(key)
        if isinstance(tree, Listing) or (isinstance(tree, Leaf) and not tree.null):
            yield key, _words(service, key)


def _tables(service: ComposeService) -> Iterator[tuple[str, object]]:
    for key in TABLES:
        tree = service.table.entries.get(key)
        if isinstance(tree, Table) and (told := _told(tree, key, _value if key == "ulimits" else str)):
            yield key, told


def _told(tree: Tree, path: str, read: Callable[[str], object]) -> object:
    match tree:
        case Table():
            return {
                key: _told(each, f"{path}.{key}", read)
                for key, each in tree.entries.items()
                if not _is_secret(path, key, each)
            }
        case Listing():
            return [_told(each, path, read) for each in tree.items]
        case Leaf():
            return read("" if tree.null else tree.text)


def _value(text: str) -> Value:
    return value_of(Scalar((0, 0), text, plain=True))


def _words(service: ComposeService, key: str) -> list[str]:
    return [leaf.text for leaf in service.words(key)]


def _test(service: ComposeService) -> list[str]:
    """Return the command of a health check; a text is for a shell."""
    healthcheck = service.table.entries.get("healthcheck")
    if not isinstance(healthcheck, Table) or service.flag("healthcheck", "disable"):
        return []
    match healthcheck.entries.get("test"):
        case Leaf(text=text, null=False) if text:
            return ["sh", "-c", text]
        case Listing(items=items):
            words = [item.text for item in items if isinstance(item, Leaf)]
        case _:
            words = []
    match words:
        case ["CMD", *rest]:
            return rest
        case ["CMD-SHELL", text]:
            return ["sh", "-c", text]
        case _:
            return []


def _unused(table: Table, prefix: str) -> Iterator[str]:
    for key, tree in table.entries.items():
        path = f"{prefix}{key}"
        if isinstance(tree, Table) and any(used.startswith(f"{path}.") for used in USED):
            yield from _unused(tree, f"{path}.")
        elif path not in USED and not key.startswith("x-") and _says(tree):
            yield path


def _says(tree: Tree) -> bool:
    """Whether it says more than what holds without it."""
    match tree:
        case Table():
            return bool(tree.entries)
        case Listing():
            return bool(tree.items)
        case Leaf():
            return not tree.null and tree.text.lower() not in {"", "false"}


def _secrets(table: Table, prefix: str) -> Iterator[str]:
    for key, tree in table.entries.items():
        if isinstance(tree, Table):
            yield from _secrets(tree, f"{prefix}{key}.")
        elif _is_secret(prefix.rstrip("."), key, tree):
            yield f"{prefix}{key}"


def _is_secret(path: str, key: str, tree: Tree) -> bool:
    return path in SECRETIVE and isinstance(tree, Leaf) and is_secret(key, tree.text)
