"""Who else could change a file: what decides over live traffic, and holds its secrets, is ours alone."""

import grp
import os
import pwd
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a path can't be trusted, and what to type about it."""

    what: str
    """`/srv/shop can be written by others (mode 0777)`."""
    remedy: str
    """`chmod go-w /srv/shop`."""

    def __str__(self) -> str:
        return f"{self.what}: {self.remedy}"


def fault(path: Path, *, file: bool = False, link: bool = False) -> Fault | None:
    """Say what lets somebody else change `path`, its folders and the links on its way included; None if nothing does.

    It is a folder, or a `file`. It must be no link itself, unless it is a file that may be a `link` that only we could
    have made. What does not exist is no fault, where nobody else could make it. Raises OSError where something can't
    be looked at.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links that are to be seen
    if not link and path.is_symlink():
        return Fault(f"{path} is a symbolic link", f"name what it leads to, {os.path.realpath(path)}")
    seen = list(_steps(path))
    for step, found in seen:
        if wrong := _wrong(step, found, last=step == seen[-1][0]):
            missing = found.st_mode & stat.S_ISVTX and not path.exists()
            return _to_make(path, wrong, file=file or link) if missing else wrong
    return None


def owners() -> frozenset[int]:
    """Return the users whose files we trust: root, ourselves and, behind sudo, who called it."""
    caller = os.environ.get("SUDO_UID", "") if os.geteuid() == 0 else ""
    return frozenset({0, os.geteuid(), *([int(caller)] if caller.isdecimal() else [])})


def _steps(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Walk from the root to a path, through every link; ends where nothing is."""
    here, links, to_go = Path("/"), 0, deque(path.parts)
    while to_go:
        step = here / to_go.popleft()
        if step.name == "..":
            here = here.parent
            continue
        try:
            found = step.lstat()
        except FileNotFoundError:
            return
        yield step, found
        if not stat.S_ISLNK(found.st_mode):
            here = step
        elif (links := links + 1) > _MOST_LINKS:
            return
        else:
            to_go.extendleft(reversed(step.readlink().parts))


def _wrong(step: Path, found: os.stat_result, *, last: bool) -> Fault | None:
    if found.st_uid not in owners():
        return Fault(f"{step} belongs to {_user(found.st_uid)}", f"chown {os.geteuid()} {step}")
    kept = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX and not last
    if stat.S_ISLNK(found.st_mode) or kept:
        return None
    if found.st_mode & stat.S_IWOTH or (found.st_mode & stat.S_IWGRP and not _alone(found.st_gid)):
        mode = f"{stat.S_IMODE(found.st_mode):04o}"
        return Fault(f"{step} can be written by others (mode {mode})", f"chmod go-w {step}")
    return None


def _to_make(path: Path, wrong: Fault, *, file: bool) -> Fault:
    """In a folder like /tmp what is ours is safe once it is there; the folder itself has to stay as it is."""
    if file:
        return Fault(
            f"{path} does not exist, and anybody could make it", "write it first, or name the one that is meant"
        )
    return Fault(f"{path} is not there yet, and {wrong.what}", f"mkdir -p -m 0700 {path}")


def _alone(gid: int) -> bool:
    """Whether nobody else is in a group, as in the group of their own that many systems give to each user."""
    try:
        named = [pwd.getpwnam(name).pw_uid for name in grp.getgrgid(gid).gr_mem]
    except KeyError:
        return False
    return owners() >= {*named, *(user.pw_uid for user in pwd.getpwall() if user.pw_gid == gid)}


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
