"""Every change that this program makes to files, each atomic and durable: complete or not there.

What is new is made aside in the same directory, flushed, renamed into place, and the directory is flushed
after it. Modes are what they are said to be, whatever the umask. Every function raises StateError.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bluegreen.model.errors import StateError

PRIVATE_FILE, PRIVATE_DIR = 0o600, 0o700
PUBLIC_FILE, PUBLIC_DIR = 0o644, 0o755
_ASIDE = re.compile(r"\..+\.(\d+)")


def write(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Put `data` at `path`, replacing what is there; missing directories above it are made, mode 0700."""
    make_dir(path.parent)

    def fill(aside: Path) -> None:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)

    _put(path, fill)


def link(path: Path, target: str) -> None:
    """Make `path` a symbolic link to `target`, replacing the link that is there."""
    _put(path, lambda aside: aside.symlink_to(target))


def make_dir(path: Path, mode: int = PRIVATE_DIR) -> None:
    """Make a directory, and those missing above it; one that is there stays as it is."""
    if path.is_dir():
        return
    make_dir(path.parent, mode)
    with changing(path), suppress(FileExistsError):
        path.mkdir(mode)
        path.chmod(mode)
        _flush(path.parent)


def make_flags(path: Path, names: Iterable[str], mode: int = PUBLIC_DIR) -> None:
    """Make a directory that holds an empty file for each name, in one step."""

    def fill(aside: Path) -> None:
        aside.mkdir()
        for name in names:
            (aside / name).touch(PUBLIC_FILE)
        aside.chmod(mode)
        _flush(aside)

    _put(path, fill)


def rename(path: Path, new: Path) -> None:
    """Give a file another name in the same directory."""
    with changing(path):
        path.rename(new)
        _flush(new.parent)


def restrict(path: Path, mode: int) -> None:
    """Give a path its mode back; a link stays as it is, and so does what it leads to."""
    if not path.is_symlink():
        with changing(path):
            path.chmod(mode)


def remove(path: Path) -> None:
    """Remove a file, a link or a whole directory; what is not there is no error."""
    with changing(path):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a killed process left half-made anywhere below a folder in which nobody else writes now."""
    for aside in [path for path in folder.rglob(".*") if path.suffix.removeprefix(".").isdigit()]:
        remove(aside)


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Raise StateError for what the operating system says against a change of this file."""
    try:
        yield
    except OSError as error:
        raise StateError(
            f"cannot write {path}: {error.strerror or error}", "is the disk full? df -h; or someone else's? ls -ld"
        ) from error


def half_written(path: Path) -> bool:
    """Whether this is what a write leaves behind that was killed."""
    found = _ASIDE.fullmatch(path.name)
    return bool(found and not Path(f"/proc/{found[1]}").exists())


def _put(path: Path, fill: Callable[[Path], None]) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    remove(aside)
    with changing(path):
        try:
            fill(aside)
            aside.rename(path)
        except BaseException:
            # the first failure is the one to tell, and what stays is swept away later
            with suppress(StateError):
                remove(aside)
            raise
        _flush(path.parent)


def _flush(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
