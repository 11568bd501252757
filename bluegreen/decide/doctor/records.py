"""The ledger, the releases on disk, and who works on the project."""

from collections.abc import Iterator

from bluegreen.decide.doctor.facts import Facts, LedgerState
from bluegreen.decide.doctor.finding import Finding, Severity
from bluegreen.decide.doctor.mends import Close, RebuildLedger, Resume

CLOCK_MARGIN = 5.0
"""Seconds by which clocks may be corrected without a word."""
_REBUILD = (RebuildLedger(),)


def ledger(facts: Facts) -> Iterator[Finding]:
    """Find a ledger that can't be used, or knows nothing of what serves."""
    why = "no command changes anything until it can be read; nginx and the containers go on serving"
    match facts.ledger:
        case LedgerState.DAMAGED:
            yield Finding("ledger-damaged", Severity.ERROR, "ledger", facts.ledger_says, why, mends=_REBUILD)
        case LedgerState.NEWER:
            fix = "use the bluegreen that wrote it; --fix keeps it aside and begins a new one"
            yield Finding("ledger-newer", Severity.ERROR, "ledger", facts.ledger_says, why, fix, _REBUILD)
        case LedgerState.SOUND if facts.unrecorded:
            yield Finding(
                "ledger-lost",
                Severity.WARNING,
                "ledger",
                f"it does not know the deployment that made {', '.join(facts.unrecorded)}",
                "it was lost or removed; `bluegreen rollback` knows no way back, and history begins anew",
                mends=_REBUILD,
            )
        case LedgerState.SOUND:
            return


def releases(facts: Facts) -> Iterator[Finding]:
    """Find containers whose release is lost or damaged on disk."""
    for name, now in facts.current.items():
        live = facts.live(name)
        if live and now.release is None:
            seen = f"the release {live[0].release or '(none)'}, which it runs, is lost or damaged on disk"
            why = "there is no way back to it, and a container of it that is removed can't be made again"
            yield Finding("release-lost", Severity.WARNING, name, seen, why, f"bluegreen deploy {name}")


def clock(facts: Facts) -> Iterator[Finding]:
    """Find a clock that went backwards: ids of deployments are made of the time."""
    ahead = facts.ledger_newest - facts.now
    if ahead > CLOCK_MARGIN:
        seen = f"the newest entry is {_span(ahead)} in the future"
        why = "the next deployment would count as older than that one, so rollback might choose the wrong release"
        yield Finding("clock", Severity.ERROR, "ledger", seen, why, "set the clock: timedatectl set-ntp true")


def _span(seconds: float) -> str:
    if seconds < 7200:
        return f"{seconds:.0f} s"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"


def stranded(facts: Facts) -> Iterator[Finding]:
    """Find deployments that wait or were left, and with which nobody can go on."""
    for each in facts.stranded if not facts.under_way else ():
        why = "it can be neither finished nor undone, and commands refuse to work beside it; what serves goes on"
        fix = "bring the file back, or the bluegreen that wrote it"
        yield Finding("stranded", Severity.ERROR, facts.project.project, str(each), why, fix, (Close(each.id),))


def unfinished(facts: Facts) -> Iterator[Finding]:
    """Find a deployment that nobody works on any more, and tell of one on which somebody does."""
    left = facts.unfinished
    if facts.under_way:
        why = "a command that has died holds nothing back; one that lives can be asked to turn back"
        fix = "wait for it, or: bluegreen abort"
        yield Finding("under-way", Severity.INFO, facts.project.project, facts.under_way, why, fix)
    elif left:
        moves = ", ".join(f"{move.service} to {move.color}" for move in left.moves)
        stage = "after its cutover" if left.committed_at else "before its cutover"
        seen = f"deployment {left.id} ({moves}) was left {stage}"
        why = "both colors may be there; the next deploy or rollback finishes or undoes it first"
        fix = "bluegreen deploy goes on; bluegreen abort or bluegreen rollback goes back"
        yield Finding("unfinished", Severity.WARNING, facts.project.project, seen, why, fix, (Resume(left.id),))
