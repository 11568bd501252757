"""nginx: whether it runs, what it serves, and whom its text leads to."""

from collections.abc import Iterator

from bluegreen.decide.doctor.facts import Facts
from bluegreen.decide.doctor.finding import Finding, Severity
from bluegreen.decide.doctor.mends import ServeAgain
from bluegreen.model.container import Role
from bluegreen.model.project import ProxySettings
from bluegreen.model.service import Kind

_UP = (ServeAgain(),)
_ADDRESSES = (
    "its slots hold addresses: a container that comes back with another one answers nobody until"
    " `bluegreen doctor --fix`, `bluegreen proxy up` or the next deployment"
)
_RELOADS = "each of a deployment's two reloads may reset a few kept connections; the switch never does"
OLD = {"resolve": ("1.27.3", _ADDRESSES), "keepalive_min_timeout": ("1.27.4", _RELOADS)}
"""By ability: since when nginx has it, and which promise is weaker without."""


def proxy(facts: Facts) -> Iterator[Finding]:
    """Find a proxy that is not there, does not run, or does not answer."""
    if not any(now.color for now in facts.current.values()) or not facts.project.of_kind(Kind.WEB):
        return
    name, why = f"{facts.project.project}-proxy", "no request from outside, and none between services, is answered"
    found = next((c for c in facts.containers if c.role is Role.PROXY), None)
    if found is None:
        yield Finding("proxy-missing", Severity.ERROR, name, "there is no such container", why, mends=_UP)
    elif not found.running:
        yield Finding("proxy-stopped", Severity.ERROR, name, f"it is {found.state}", why, mends=_UP)
    elif facts.view.generation is None:
        fix = f"docker logs {name}; if nothing helps: docker restart {name}"
        yield Finding("proxy-silent", Severity.ERROR, name, "nginx runs and does not say what it serves", why, fix)
    if facts.outdated:
        seen = "it lacks a canonical name, a port or the image that services.yaml has by now"
        why = "only a new container can have them"
        fix = "bluegreen proxy up --replace (refuses connections for 1 to 6 s)"
        yield Finding("proxy-outdated", Severity.WARNING, name, seen, why, fix)


def configuration(facts: Facts) -> Iterator[Finding]:
    """Find what was changed by hand in nginx's configuration, or fits together no more."""
    for sentence in facts.view.edited:
        why = "deployments stop before they would overwrite it"
        yield Finding("edited-configuration", Severity.ERROR, "nginx", sentence, why, mends=_UP)
    for sentence in facts.view.drift:
        why = "nginx serves something else than its files say, at the latest after its next start"
        yield Finding("nginx-drift", Severity.ERROR, "nginx", sentence, why, mends=_UP)


def flags(facts: Facts) -> Iterator[Finding]:
    """Find services whose color is not the one that the last deployment made live."""
    for name, now in facts.current.items():
        release, color = facts.intended.get(name, ("", None))
        if color is None or facts.moving(name):
            continue
        if facts.color(name) is not color:
            seen = f"{now.color or 'no color'} is live; the last deployment made {color} live"
            why = "somebody moved the flags; nginx is believed"
            yield Finding("color-drift", Severity.WARNING, name, seen, why, "bluegreen deploy settles it")
        elif now.release and now.release.id != release:
            seen = f"release {now.release.id} runs; the last deployment made it {release}"
            why = "history and rollback tell of another release"
            yield Finding("release-drift", Severity.WARNING, name, seen, why, "bluegreen deploy --force settles it")


def addresses(facts: Facts) -> Iterator[Finding]:
    """Find servers in nginx's text that lead to no container of their service."""
    for service, slots in facts.view.slots.items():
        if not (there := _there(facts, service)):
            continue
        named = [server for slot in slots.values() for server in (*slot.servers, *slot.backup)]
        dead = [server for server in dict.fromkeys(named) if server not in there]
        if not dead or facts.moving(service):
            continue
        seen = f"nginx's text leads to {', '.join(dead)}, where no container of {service} runs"
        why = "requests wait there before they go on, or reach another service that got the address"
        severity = Severity.WARNING if set(named) - set(dead) else Severity.ERROR
        yield Finding("dead-address", severity, service, seen, why, mends=_UP)


def _there(facts: Facts, service: str) -> frozenset[str]:
    """What may stand in the text: addresses and names of the service's containers that run."""
    slots = facts.view.slots[service].values()
    ports = {server.rpartition(":")[2] for slot in slots for server in (*slot.servers, *slot.backup)}
    running = [c for c in facts.apps if c.service == service and c.running]
    hosts = {c.address for c in running} | {f"{service}-{c.color}" for c in running}
    return frozenset(f"{host}:{port}" for host in hosts for port in ports)


def abilities(facts: Facts) -> Iterator[Finding]:
    """Find promises that an old nginx weakens."""
    has = facts.capabilities
    lacking = [ability for ability in OLD if has and not getattr(has, ability)]
    for ability in lacking:
        since, weaker = OLD[ability]
        seen = f"nginx {has.version if has else ''} lacks {ability} (since {since})"
        image = ProxySettings().image
        fix = f"proxy: {{image: {image}}} in services.yaml, then: bluegreen proxy up --replace"
        yield Finding("old-nginx", Severity.INFO, "nginx", seen, weaker, fix)
