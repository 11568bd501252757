"""What a container uses, as the kernel counts it: at once, where the engine has an answer once in a second."""

from pathlib import Path

PROC, CGROUPS = Path("/proc"), Path("/sys/fs/cgroup")


def used(pid: int, container: str) -> int | None:
    """Return the bytes that a container uses without what the kernel could drop, by the id of its first process.

    None where its control group can't be seen from here, or is not that of the container with this id.
    """
    for line in _read(PROC / str(pid) / "cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if container in path and controllers in ("", "memory"):
            folder = CGROUPS / controllers / path.lstrip("/")
            total = _number(folder, "memory.usage_in_bytes" if controllers else "memory.current")
            if total is not None:
                return total - _droppable(folder, "total_inactive_file" if controllers else "inactive_file")
    return None


def _number(folder: Path, name: str) -> int | None:
    text = _read(folder / name)
    return int(text) if text else None


def _droppable(folder: Path, key: str) -> int:
    pairs = (line.split() for line in _read(folder / "memory.stat").splitlines())
    return next((int(value) for name, value in pairs if name == key), 0)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
