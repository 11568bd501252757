"""The state directory: who may read and change what, and what a killed command left."""

import os
from collections.abc import Iterator
from pathlib import Path

from bluegreen import files
from bluegreen.decide.doctor.facts import Mode


def wrong_modes(state: Path) -> tuple[Mode, ...]:
    """Return the paths whose mode or owner is not as it should be; nginx sees what is below `nginx`, and no other."""
    return tuple(mode for path in (state, *_below(state)) if (mode := _wrong(state, path)))


def leftovers(state: Path) -> tuple[Path, ...]:
    """Return what writes that were killed left half-made."""
    return tuple(path for path in _below(state) if files.half_written(path))


def _below(state: Path) -> Iterator[Path]:
    return (path for path in sorted(state.rglob("*")) if not path.is_symlink())


def _wrong(state: Path, path: Path) -> Mode | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    mode, wanted, own = found.st_mode & 0o7777, _wanted(state, path), found.st_uid == os.geteuid()
    return Mode(path, mode, wanted, own) if not own or mode & ~wanted or _hidden(path, mode, wanted) else None


def _wanted(state: Path, path: Path) -> int:
    shown = path.relative_to(state).parts[:1] == ("nginx",) and path.suffix != ".key"
    if path.is_dir():
        return files.PUBLIC_DIR if shown else files.PRIVATE_DIR
    return files.PUBLIC_FILE if shown else files.PRIVATE_FILE


def _hidden(path: Path, mode: int, wanted: int) -> bool:
    """Whether others can't see what they must: nginx's workers look for the flags."""
    return path.is_dir() and bool(wanted & ~mode & 0o005)
