"""The same network and the same ports, everywhere."""

from collections.abc import Iterator

from bluegreen.config.composefile.project import Composed
from bluegreen.config.composefile.service import ComposeService
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
        names = " and ".join(_name(composed, key) for key in keys) or "none"
        who = ", ".join(each.name for each in services)
        declared = [composed.networks[key][1] for key in keys if key in composed.networks]
        place = declared[0] if declared and declared[0].line > 1 else services[0].place
        fix = f"networks: {{{keys[0] if keys else 'default'}: {{name: {wanted}}}}}"
        message = f"the network of {who} is {names} here, and {wanted} in services.yaml"
        yield Finding(NETWORK, place, services[0].name, message, fix)


def _name(composed: Composed, key: str) -> str:
    return composed.networks[key][0] if key in composed.networks else key


def other_ports(compared: Compared) -> Iterator[Finding]:
    """Find services that publish other ports than their own, or are told to listen on another."""
    for service, composed in compared.pairs():
        if service.port is None:
            continue
        published = list(composed.ports())
        if published and not any(service.port in ports for ports, _ in published):
            found = ", ".join(str(ports[0]) for ports, _ in published)
            message = f"{service.name} listens on {found} here, and on {service.port} in services.yaml"
            yield Finding(PORT, published[0][1], service.name, message, f"publish the container's port {service.port}")
        said = composed.named("environment").get("PORT")
        if said and said.text.isdecimal() and int(said.text) != service.port:
            message = f"PORT of {service.name} is {said.text} here, and its port {service.port} in services.yaml"
            yield Finding(PORT, said.place, service.name, message, f"PORT: {service.port}")
