"""How much there is of what could grow: memory, descriptors, files, images."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker

PROC = Path("/proc")
ENGINE = {"dockerd", "containerd"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One look, after a deployment."""

    seconds: float
    """How long the deployment took."""
    nginx_processes: int
    nginx_rss: int
    """Bytes, master and workers."""
    nginx_descriptors: int
    engine_rss: int
    """Bytes, dockerd and containerd."""
    engine_descriptors: int
    state: int
    """Bytes in the state directory."""
    ledger: int
    """Bytes, its journal included."""
    releases: int
    """Copies."""
    containers: int
    images: int
    """Of the project's own repository."""
    logs: int
    """Bytes of the log files of the project's containers."""


def sample(engine: docker.APIClient, project: str, repository: str, state: Path, seconds: float) -> Sample:
    """Look at a project now."""
    containers = engine.containers(all=True, filters={"label": f"bluegreen.project={project}"})
    nginx = list(_family(engine.inspect_container(f"{project}-proxy")["State"]["Pid"]))
    engine_pids = [pid for pid in _pids() if _read(pid, "comm").strip() in ENGINE]
    return Sample(
        seconds=seconds,
        nginx_processes=len(nginx),
        nginx_rss=_rss(nginx),
        nginx_descriptors=_descriptors(nginx),
        engine_rss=_rss(engine_pids),
        engine_descriptors=_descriptors(engine_pids),
        state=_size(state.rglob("*")),
        ledger=_size(state.glob("ledger.sqlite3*")),
        releases=len(list((state / "releases").iterdir())),
        containers=len(containers),
        images=len(engine.images(repository)),
        logs=sum(_logs(engine.inspect_container(each["Id"])) for each in containers),
    )


def _pids() -> Iterator[int]:
    return (int(path.name) for path in PROC.iterdir() if path.name.isdigit())


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in _read(pid, f"task/{pid}/children").split():
        yield int(child)


def _rss(pids: Iterable[int]) -> int:
    lines = (line for pid in pids for line in _read(pid, "status").splitlines())
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def _descriptors(pids: Iterable[int]) -> int:
    count = 0
    for pid in pids:
        with suppress(OSError):
            count += len(list((PROC / str(pid) / "fd").iterdir()))
    return count


def _read(pid: int, what: str) -> str:
    try:
        return (PROC / str(pid) / what).read_text()
    except OSError:
        return ""


def _size(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        with suppress(OSError):
            total += path.lstat().st_size
    return total


def _logs(container: Any) -> int:
    path = Path(container["LogPath"])
    return _size(path.parent.glob(f"{path.name}*"))
