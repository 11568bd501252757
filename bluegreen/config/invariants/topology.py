"""The same network and the same ports, everywhere."""

from collections.abc import Iterator

from bluegreen.config.composefile.project import Composed
from bluegreen.config.composefile.service import ComposeService
from bluegreen.config.composefile.tree import HIDDEN
from bluegreen.config.invariants.compared import Compared
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.invariants.rules import NETWORK, PORT


def other_networks(compared: Compared) -> Iterator[Finding]:
    """Find services that are not on the network; those that share one are told of together."""
    wanted, composed = compared.project.network, compared.composed
    if composed is None:
        return
    away: dict[tuple[str, ...], list[ComposeService]] = {}
    for _, service in compared.pairs():
        keys = tuple(service.networks())
        if wanted not in {_name(composed, key) for key in keys}:
            away.setdefault(keys, []).append(service)
    for keys, services in away.items():
        names = " and ".join(_shown(composed, services[0], key) for key in keys) or "none"
        who = ", ".join(each.name for each in services)
        declared = [composed.networks[key].place for key in keys if key in composed.networks]
        place = declared[0] if declared and declared[0].line > 1 else services[0].place
        ours = compared.shown(wanted, "network")
        fix = f"networks: {{{services[0].shown_network(keys[0]) if keys else 'default'}: {{name: {ours}}}}}"
        message = f"the network of {who} is {names} here, and {ours} in services.yaml"
        yield Finding(NETWORK, place, services[0].name, message, fix)


def _name(composed: Composed, key: str) -> str:
    return composed.networks[key].name if key in composed.networks else key


def _shown(composed: Composed, service: ComposeService, key: str) -> str:
    """A network's name, but its key for one that a variable held."""
    declared = composed.networks.get(key)
    return declared.name if declared and not declared.foreign else service.shown_network(key)


def other_ports(compared: Compared) -> Iterator[Finding]:
    """Find services that publish other ports than their own, or are told to listen on another."""
    for service, composed in compared.pairs():
        if service.port is None:
            continue
        ours = compared.shown(service.port, "services", service.name, "port")
        published = list(composed.ports())
        if published and not any(service.port in ports for ports, _ in published):
            found = ", ".join(HIDDEN if leaf.foreign else str(ports[0]) for ports, leaf in published)
            message = f"{service.name} listens on {found} here, and on {ours} in services.yaml"
            place = published[0][1].place
            yield Finding(PORT, place, service.name, message, f"publish the container's port {ours}")
        said = composed.named("environment").get("PORT")
        if said and said.text.isdecimal() and int(said.text) != service.port:
            message = f"PORT of {service.name} is {said.shown} here, and its port {ours} in services.yaml"
            yield Finding(PORT, said.place, service.name, message, f"PORT: {ours}")
