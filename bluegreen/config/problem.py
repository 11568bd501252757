"""What is wrong in a file, and where; all of it at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn

from bluegreen.model.errors import ConfigError

KeyPath = tuple[str | int, ...]
"""Keys and indexes that lead to a value."""

At = tuple[int, int]
"""Line and column, from 1."""

SECRET = frozenset({"environment", "labels", "headers", "options", "url", "secret"})
"""Keys of services and of notifications below which no value is shown, nor what can't be a name."""

MOST = 50
"""Problems that are shown; a file with more is broken as a whole."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong; never holds a value that may be secret."""

    file: str
    line: int
    """From 1; 0 where it is about the whole file."""
    column: int
    path: str
    """`services.web.routes[0].host`, or ""."""
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class InvalidConfig(ConfigError):
    """Files say things that can't be; `problems` has them all, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        more = ["and more, once these are put right"] if len(self.problems) > MOST else []
        super().__init__("\n".join([*map(str, self.problems[:MOST]), *more]))


@dataclass(slots=True)
class Report:
    """Collects the problems of one file."""

    file: str
    problems: set[Problem] = field(default_factory=set)

    def add(self, at: At, path: KeyPath | str, message: str) -> None:
        """Note a problem."""
        self.problems.add(Problem(self.file, *at, path if isinstance(path, str) else dotted(path), message))

    @property
    def full(self) -> bool:
        """Whether more would not be shown."""
        return len(self.problems) > MOST

    def refuse(self, at: At, message: str) -> NoReturn:
        """Note what makes it pointless to go on. Raises InvalidConfig."""
        self.add(at, "", message)
        self.stop()

    def stop(self) -> NoReturn:
        """Raise InvalidConfig with all that was noted."""
        raise InvalidConfig(self.problems)


def dotted(path: KeyPath) -> str:
    """Write a path as `services.web.routes[0].host`."""
    steps = (
        f"[{step}]" if isinstance(step, int) else f".{shown_key(step, secret=bool(SECRET & set(path[2:index])))}"
        for index, step in enumerate(path)
    )
    return "".join(steps).removeprefix(".")


def shown_key(key: str, *, secret: bool = False) -> str:
    """Return a key if it can be shown: `PASSWORD=secret` written where a key belongs can't."""
    return key if re.fullmatch(r"[\w./:@*+-]{1,64}" if secret else r"[\w ./:@*+-]{1,64}", key) else "…"
