"""Whether the files that a service is built from changed between two commits."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bluegreen.model.service import Service

SHOWN = 3
"""Files that a reason names."""

_WILD = re.compile(r"[*?\[]")
_CROSSING = re.compile(r"(?:(?<=/)|^)(?:\*\*/)+")
_CLASS = re.compile(r"\[([!^]?)(\]?[^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Difference:
    """What git says of two commits: the files that differ, or why it can't say."""

    base: str
    files: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """Whether sources changed, None where nobody knows; and the reason, in words that go on with a sentence."""

    changed: bool | None
    why: str


def sources(service: Service, difference: Difference) -> SourceAnswer:
    """Say whether the sources of a service are among the files that differ."""
    if service.source == ():
        return SourceAnswer(changed=False, why="it is built elsewhere (source: [])")
    if difference.unknown:
        return SourceAnswer(None, difference.unknown)
    since = difference.base[:10]
    found = touched(difference.files, service.source, service.ignore)
    if not found:
        return SourceAnswer(changed=False, why=f"no source changed since {since}")
    return SourceAnswer(changed=True, why=f"{_counted(found)} changed since {since}: {_shown(found)}")


def worst(answers: Sequence[SourceAnswer]) -> SourceAnswer:
    """Choose among answers for several commits that run: one that changed, then one that nobody knows."""
    return min(answers, key=lambda answer: {True: 0, None: 1, False: 2}[answer.changed])


def touched(files: Iterable[str], source: Sequence[str] | None, ignore: Sequence[str]) -> tuple[str, ...]:
    """Choose the files that a pattern of `source` matches, all of them for None, and none of `ignore`."""
    wanted, unwanted = _any_of(("**",) if source is None else tuple(source)), _any_of(tuple(ignore))
    return tuple(file for file in files if wanted.fullmatch(file) and not unwanted.fullmatch(file))


@lru_cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_expression, patterns)) or r"(?!)", re.DOTALL)


def _expression(pattern: str) -> str:
    """Translate a pattern as git reads `:(glob)…`: `*` and `?` stay in one folder, `**` crosses them.

    One without wildcards is a file, or a folder with all below it.
    """
    pattern = pattern.removeprefix("./").rstrip("/")
    if not _WILD.search(pattern):
        return rf"{re.escape(pattern)}(?:/.*)?"
    pattern = _CROSSING.sub("**/", pattern)
    found, at = "", 0
    while at < len(pattern):
        text, length = _next(pattern, at)
        found, at = found + text, at + length
    return found


def _next(pattern: str, at: int) -> tuple[str, int]:
    """Translate what stands at one place; return it with its length."""
    folder_starts = at == 0 or pattern[at - 1] == "/"
    if folder_starts and pattern.startswith("**/", at):
        return "(?:.*/)?", 3
    if folder_starts and pattern[at:] == "**":
        return ".*", 2
    if pattern[at] == "*":
        return "[^/]*", 1
    if pattern[at] == "?":
        return "[^/]", 1
    if group := _CLASS.match(pattern, at):
        inside = group[2].replace("\\", r"\\").replace("[", r"\[").replace("]", r"\]")
        return f"(?!/)[{'^' if group[1] else ''}{inside}]", group.end() - at
    return re.escape(pattern[at]), 1


def _counted(files: Sequence[str]) -> str:
    return f"{len(files)} source file{'' if len(files) == 1 else 's'}"


def _shown(files: Sequence[str]) -> str:
    return ", ".join(files[:SHOWN]) + (", …" if len(files) > SHOWN else "")
