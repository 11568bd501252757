"""All checks, one after the other."""

from collections.abc import Callable, Iterable, Iterator

from bluegreen.decide.doctor import containers, records, serving, storage, surroundings
from bluegreen.decide.doctor.facts import Facts
from bluegreen.decide.doctor.finding import Finding, Severity
from bluegreen.decide.doctor.mends import ORDER, Mend

CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    serving.proxy,
    containers.down,
    containers.unwell,
    serving.configuration,
    serving.addresses,
    serving.flags,
    surroundings.databases,
    records.ledger,
    records.stranded,
    records.unfinished,
    records.clock,
    records.releases,
    containers.beside,
    containers.orphans,
    containers.one_offs,
    containers.adopted,
    containers.edited,
    storage.modes,
    storage.leftovers,
    storage.disks,
    surroundings.grace,
    surroundings.file_mounts,
    serving.abilities,
    surroundings.live_restore,
)
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def examine(facts: Facts) -> tuple[Finding, ...]:
    """Return everything that is not as it should be, the gravest first."""
    found = (finding for check in CHECKS for finding in check(facts))
    return tuple(sorted(found, key=lambda finding: _RANK[finding.severity]))


def plan(findings: Iterable[Finding]) -> tuple[Mend, ...]:
    """Return what would mend all that can be mended, each act once, in an order in which it can be done."""
    wanted = dict.fromkeys(mend for finding in findings for mend in finding.mends)
    return tuple(sorted(wanted, key=lambda mend: ORDER.index(type(mend))))


def sound(findings: Iterable[Finding]) -> bool:
    """Whether nothing needs anybody."""
    return all(finding.severity is not Severity.ERROR for finding in findings)
