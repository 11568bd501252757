"""Which images there are, and what is in them."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

_SOURCES = Path(__file__).parent


@dataclass(frozen=True)
class File:
    """A file or, with `link`, a symbolic link that no package brings."""

    path: str
    text: str = ""
    mode: int = 0o644
    link: str = ""


@dataclass(frozen=True)
class Directory:
    """A directory that a package would make when it is installed."""

    path: str
    owner: int = 0
    mode: int = 0o755


@dataclass(frozen=True, eq=False)
class Image:
    """An image: packages of a suite (none: the host's own), unpacked, and how a container of it starts."""

    tag: str
    packages: tuple[str, ...]
    config: dict[str, Any]
    suite: str | None = None
    extra: tuple[File | Directory, ...] = ()
    then: tuple[str, ...] = ()
    """A command to run in the image at the end of the build."""

    @property
    def official(self) -> bool:
        """Whether a registry has an interchangeable image of this name."""
        return not self.tag.startswith("bluegreen-")

    @property
    def name(self) -> str:
        """The tag as a file name."""
        return self.tag.replace(":", "-")

    @property
    def unpacked_tag(self) -> str:
        """The tag of the image before the last command has run in it."""
        return f"{self.tag}-unpacked" if self.then else self.tag

    @cached_property
    def key(self) -> str:
        """Changes when this folder changes, so that no image outlives its description."""
        digest = hashlib.sha256(self.tag.encode())
        for path in sorted(p for p in _SOURCES.iterdir() if p.is_file()):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]


def _nginx(version: str, suite: str) -> Image:
    logs = (("access", "stdout"), ("error", "stderr"))
    return Image(
        f"nginx:{version}",
        ("nginx",),
        {"Cmd": ["nginx", "-g", "daemon off;"], "ExposedPorts": {"80/tcp": {}}, "StopSignal": "SIGQUIT"},
        suite=suite,
        extra=(
            Directory("var/log/nginx"),
            *(File(f"var/log/nginx/{log}.log", link=f"/dev/{stream}") for log, stream in logs),
            File("etc/nginx/conf.d/default.conf", "server { listen 80; root /usr/share/nginx/html; }\n"),
            Directory("var/lib/nginx"),
            Directory("var/cache/nginx"),
        ),
    )


_POSTGRES = Image(
    "postgres:17",
    ("postgresql-17", "dash", "coreutils"),
    {
        "Entrypoint": ["docker-entrypoint.sh"],
        "Cmd": ["postgres"],
        "User": "postgres",
        "Env": [
            "PATH=/usr/local/bin:/usr/lib/postgresql/17/bin:/usr/bin:/usr/sbin",
            "PGDATA=/var/lib/postgresql/data",
            "LANG=C.UTF-8",
        ],
        "ExposedPorts": {"5432/tcp": {}},
        "Volumes": {"/var/lib/postgresql/data": {}},
        "StopSignal": "SIGINT",
    },
    suite="trixie",
    extra=(
        Directory("var/lib/postgresql/data", owner=999, mode=0o700),
        Directory("run/postgresql", owner=999),
        File("usr/bin/sh", link="dash"),
        File("usr/local/bin/docker-entrypoint.sh", (_SOURCES / "postgres-entrypoint.sh").read_text(), 0o755),
    ),
)

_PYTHON = Image(
    "bluegreen-python:3",
    ("python3-minimal", "libpython3-stdlib", "python3-psycopg2", "dash", "coreutils"),
    {"Cmd": ["python3"], "Env": ["PATH=/usr/local/bin:/usr/bin:/usr/sbin", "LANG=C.UTF-8", "PYTHONUNBUFFERED=1"]},
    extra=(File("usr/bin/sh", link="dash"),),
    # without its bytecode, a container takes a second longer to start
    then=("python3", "-m", "compileall", "-q", "-j0", "/usr/lib"),
)

_REGISTRY = Image(
    "registry:2",
    ("docker-registry",),
    {
        "Entrypoint": ["docker-registry", "serve"],
        "Cmd": ["/etc/docker/registry/config.yml"],
        "ExposedPorts": {"5000/tcp": {}},
        "Volumes": {"/var/lib/registry": {}},
    },
    suite="trixie",
    extra=(
        Directory("var/lib/registry"),
        File(
            "etc/docker/registry/config.yml",
            "{version: 0.1, http: {addr: ':5000'}, storage: {filesystem: {rootdirectory: /var/lib/registry}}}\n",
        ),
    ),
)

IMAGES = (
    _nginx("1.22", "bookworm"),
    _nginx("1.26", "trixie"),
    _nginx("1.30", "forky"),
    _POSTGRES,
    _PYTHON,
    _REGISTRY,
)
