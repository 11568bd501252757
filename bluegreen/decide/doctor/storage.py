"""Files and disks."""

from collections.abc import Iterator

from bluegreen.decide.doctor.facts import Disk, Facts
from bluegreen.decide.doctor.finding import Finding, Severity
from bluegreen.decide.doctor.mends import RemoveFile, Restrict

GIB = 1024**3
TOO_LITTLE = GIB // 2
LITTLE, NEARLY_FULL = 10 * GIB, 0.10
"""A disk is nearly full below both an amount and a share: a tenth of a large disk is much."""


def modes(facts: Facts) -> Iterator[Finding]:
    """Find files of the state directory that others may read or change, or nginx's workers may not."""
    for mode in facts.modes:
        if not mode.own:
            seen, why = "it belongs to another user", "whoever owns it can decide what serves"
            yield Finding("owner", Severity.ERROR, str(mode.path), seen, why, f"chown root {mode.path}")
            continue
        opened = mode.found & ~mode.wanted
        why = "it may hold passwords from env files, or decides what serves" if opened else "nginx can't look at it"
        seen = f"its mode is {mode.found:04o}, and should be {mode.wanted:04o}"
        mends = (Restrict(mode.path, mode.wanted),)
        yield Finding("mode", Severity.ERROR, str(mode.path), seen, why, mends=mends)


def leftovers(facts: Facts) -> Iterator[Finding]:
    """Find half-written files."""
    for path in facts.leftovers if not facts.under_way else ():
        seen, why = "a half-written file of a command that was killed", "it takes space, and may hold what is private"
        yield Finding("leftover-file", Severity.WARNING, str(path), seen, why, mends=(RemoveFile(path),))


def disks(facts: Facts) -> Iterator[Finding]:
    """Find disks that are nearly full."""
    for disk in facts.disks:
        severity = _severity(disk)
        if severity:
            seen = f"{disk.free / GIB:.1f} of {disk.size / GIB:.1f} GiB are free ({disk.free / disk.size:.0%})"
            why = f"it holds {disk.what}; on a full disk a deployment fails, and so may the services"
            fix = "docker system df shows what takes the space; docker image prune removes images without a name"
            yield Finding("disk", severity, disk.path, seen, why, fix)


def _severity(disk: Disk) -> Severity | None:
    if disk.free < TOO_LITTLE:
        return Severity.ERROR
    return Severity.WARNING if disk.free < min(LITTLE, disk.size * NEARLY_FULL) else None
