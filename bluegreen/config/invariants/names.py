"""One name per service, everywhere."""

from collections.abc import Iterator

from bluegreen.config.composefile.service import ComposeService
from bluegreen.config.composefile.tree import Leaf, Place
from bluegreen.config.invariants.compared import Compared
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.invariants.postgres import is_postgres
from bluegreen.config.invariants.rules import CLAIMED, MISSING, UNKNOWN
from bluegreen.config.suggest import unknown_name
from bluegreen.model.service import Kind, Service


def missing_services(compared: Compared) -> Iterator[Finding]:
    """Find services that the Compose files lack."""
    composed = compared.composed
    if composed is None:
        return
    for name, service in compared.project.services.items():
        if name in composed.inactive:
            profiles = ", ".join(composed.inactive[name])
            message = f"{name} is only in the profile {profiles}, which is not chosen"
            fix = f"name the profile in services.yaml: compose: {{files: …, profiles: [{profiles}]}}"
            yield Finding(MISSING, Place(composed.file, 1, 1), name, message, fix)
        elif name not in composed.services:
            other = _probably(service, compared)
            place = other.place if other else Place(composed.file, 1, 1)
            meant = f": {other.name} is probably meant" if other else ""
            fix = f"rename {other.name} to {name}" if other else f"add the service {name}"
            yield Finding(MISSING, place, name, f"there is no service {name} in {composed.file}{meant}", fix)


def _probably(service: Service, compared: Compared) -> ComposeService | None:
    """The Compose service that stands for this one under another name."""
    services = compared.composed.services if compared.composed else {}
    strange = [each for name, each in services.items() if name not in compared.project.services]
    if service.kind is Kind.DATABASE:
        return next((each for each in strange if is_postgres(each.text("image"))), None)
    words = set(service.name.split("-")[1:]) or {service.name}
    return next((each for each in strange if words & set(each.name.replace("_", "-").split("-"))), None)


def unknown_services(compared: Compared) -> Iterator[Finding]:
    """Find services that only Compose has, but for commands that others wait for."""
    composed = compared.composed
    if composed is None:
        return
    waited = {
        name
        for each in composed.services.values()
        for name, condition in each.depends_on().items()
        if condition == "service_completed_successfully"
    }
    for name, service in composed.services.items():
        if name not in compared.project.services and name not in waited:
            message = unknown_name("service", name, tuple(compared.project.services)) + " in services.yaml"
            fix = f"add it there, remove it here, or waive this rule for {name} with the reason"
            yield Finding(UNKNOWN, service.place, name, message, fix)


def claimed_names(compared: Compared) -> Iterator[Finding]:
    """Find Compose services that answer to the name of another one."""
    composed = compared.composed
    for name, service in (composed.services if composed else {}).items():
        for leaf in _names(service):
            if leaf.text != name and leaf.text in compared.project.services:
                message = f"{name} also answers to {leaf.shown}, the name of another service"
                yield Finding(CLAIMED, leaf.place, name, message, f"remove the name {leaf.shown} here")


def _names(service: ComposeService) -> Iterator[Leaf]:
    for key in ("container_name", "hostname"):
        leaf = service.leaf(key)
        if leaf:
            yield leaf
    for aliases in service.networks().values():
        yield from aliases
