"""What must be the same in every environment, compared with the team's Compose files."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bluegreen.config.invariants import hosts, names, postgres, production, topology
from bluegreen.config.invariants.compared import Compared
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.invariants.rules import IDLE_WAIVER, RULES
from bluegreen.config.suggest import unknown_name
from bluegreen.model.project import Waiver

Look = Callable[[Compared], Iterator[Finding]]

EVERYWHERE: tuple[Look, ...] = (
    names.missing_services,
    names.unknown_services,
    names.claimed_names,
    topology.other_networks,
    topology.other_ports,
    hosts.strange_hosts,
    postgres.other_versions,
)

DISPOSABLE: tuple[Look, ...] = (
    production.other_targets,
    production.bind_mounts,
    production.development_commands,
    production.node_environments,
)
"""For what `bluegreen up` makes, to validate what will be deployed."""


def findings(compared: Compared) -> list[Finding]:
    """Return what violates a rule in one environment, in the order of the files. Raises InvalidConfig."""
    if compared.composed is None and not compared.project.disposable:
        return []
    looks = (*EVERYWHERE, *DISPOSABLE) if compared.project.disposable else EVERYWHERE
    name = compared.project.environment or ""
    found = {replace(each, environment=name) for look in looks for each in look(compared)}
    return sorted(found, key=lambda each: (each.place, each.rule.id, each.service))


def unwaived(found: Sequence[Finding], waivers: Sequence[Waiver]) -> list[Finding]:
    """Return what no waiver is for."""
    return [each for each in found if not any(_waives(waiver, each) for waiver in waivers)]


def idle_waivers(found: Sequence[Finding], compared: Compared) -> Iterator[Finding]:
    """Find waivers that are for none of what was found in all environments."""
    for index, waiver in enumerate(compared.project.waive):
        if any(_waives(waiver, each) for each in found):
            continue
        known = waiver.rule in RULES
        which = f"{waiver.rule} for {waiver.service}" if waiver.service else waiver.rule
        message = f"nothing violates {which}" if known else unknown_name("rule", waiver.rule, tuple(RULES))
        yield Finding(IDLE_WAIVER, compared.place("waive", index), waiver.service or "", message, "remove the waiver")


def _waives(waiver: Waiver, found: Finding) -> bool:
    return waiver.rule == found.rule.id and waiver.service in (None, found.service)
