"""Between the product and the operating system: every call that changes its files, and every signal."""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.faults.effects import Effects

BY_PATH = ("mkdir", "rmdir", "unlink", "chmod", "rename", "symlink")
BY_DESCRIPTOR = ("fsync", "fchmod", "ftruncate", "pwrite")


class File(io.BufferedWriter):
    """A file that counts what is written into it."""

    effects: Effects
    path: str

    def write(self, data: Any, /) -> int:
        """Write, and have the system know of it."""

        def act() -> int:
            count = super(File, self).write(data)
            self.flush()
            return count

        return self.effects.act("file", "write", self.path, act)


class System:
    """Counts what happens below one folder; what a process does elsewhere is no business of ours."""

    def __init__(self, effects: Effects, folder: Path, *, durable: bool = True) -> None:
        self._effects = effects
        self._folder = str(folder)
        self._durable = durable
        """Whether a flush really waits for the disk."""

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count within the block."""
        calls: dict[str, Any] = {name: self._by_path(name) for name in BY_PATH}
        calls |= {name: self._by_descriptor(name) for name in BY_DESCRIPTOR}
        calls |= {"open": self._open(), "fdopen": self._fdopen(), "kill": self._kill()}
        with patch.multiple(os, **calls):
            yield

    def _by_path(self, name: str) -> Callable[..., Any]:
        plain = getattr(os, name)

        def call(*arguments: Any, **more: Any) -> Any:
            # what is made or renamed is named last, but for a mode and pathlib's word on directories
            target = arguments[1] if name in ("rename", "symlink") else arguments[0]
            path = _path(target, more.get("dir_fd"))
            if name == "unlink" and not os.path.lexists(path):
                return plain(*arguments, **more)
            return self._act(name, path, lambda: plain(*arguments, **more))

        return call

    def _by_descriptor(self, name: str) -> Callable[..., Any]:
        plain = getattr(os, name)

        def call(descriptor: int, *arguments: Any) -> Any:
            quick = name == "fsync" and not self._durable
            path = _path("", descriptor)
            return self._act(name, path, (lambda: None) if quick else lambda: plain(descriptor, *arguments))

        return call

    def _open(self) -> Callable[..., Any]:
        plain = os.open

        def call(path: Any, flags: int, *arguments: Any, **more: Any) -> Any:
            def act() -> Any:
                return plain(path, flags, *arguments, **more)

            whole = _path(path, more.get("dir_fd"))
            made = flags & os.O_CREAT and not os.path.lexists(whole)
            return self._act("create", whole, act) if made else act()

        return call

    def _fdopen(self) -> Callable[..., Any]:
        plain = os.fdopen

        def call(descriptor: int, mode: str = "r", *arguments: Any, **more: Any) -> Any:
            path = _path("", descriptor)
            if mode != "wb" or not path.startswith(self._folder):
                return plain(descriptor, mode, *arguments, **more)
            file = File(io.FileIO(descriptor, "wb"))
            file.effects, file.path = self._effects, path
            return file

        return call

    def _kill(self) -> Callable[[int, int], None]:
        plain = os.kill

        def call(pid: int, number: int) -> None:
            self._effects.act("nginx", "signal", str(pid), lambda: plain(pid, number))

        return call

    def _act(self, verb: str, path: str, act: Callable[[], Any]) -> Any:
        return self._effects.act("file", verb, path, act) if path.startswith(self._folder) else act()


def _path(path: Any, directory: int | None = None) -> str:
    """A path as a whole, also where it is told relative to an open directory."""
    start = Path(f"/proc/self/fd/{directory}").readlink() if directory is not None else Path()
    return str(start / path)
