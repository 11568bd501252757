"""Containers that nothing needs, and those that are not as they were made."""

from collections.abc import Iterator

from bluegreen.decide.doctor.facts import Facts
from bluegreen.decide.doctor.finding import Finding, Severity
from bluegreen.decide.doctor.mends import Mend, RemoveContainers, StartColor
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Role, State, Vitals
from bluegreen.model.release import Release


def orphans(facts: Facts) -> Iterator[Finding]:
    """Find containers of services that services.yaml no longer has."""
    for c in facts.apps:
        if c.service in facts.project.services or facts.moving(c.service):
            continue
        routed = c.service in facts.view.slots
        yield Finding(
            "orphan",
            Severity.WARNING,
            c.name,
            f"it belongs to {c.service or 'no service'}, which is not in services.yaml, and is {c.state}",
            "it takes memory, and a worker goes on working",
            "bluegreen proxy up takes its routes out of nginx; then: bluegreen doctor --fix" if routed else "",
            () if routed else (RemoveContainers((c.name,)),),
        )


def one_offs(facts: Facts) -> Iterator[Finding]:
    """Find containers of release commands that no command waits for."""
    for c in facts.containers:
        if c.role is not Role.RELEASE_COMMAND or facts.moving(c.service):
            continue
        seen = (
            f"a one-off container{f' of release {c.release}' if c.release else ''}, {c.state}, which no command awaits"
        )
        if c.running:
            yield Finding(
                "one-off-running",
                Severity.WARNING,
                c.name,
                seen,
                "a migration that is killed in its middle may leave the database half-changed",
                f"docker logs -f {c.name}; once it has ended: bluegreen doctor --fix",
            )
        else:
            why = "its name is taken until it is gone"
            yield Finding("one-off", Severity.WARNING, c.name, seen, why, mends=(RemoveContainers((c.name,)),))


def beside(facts: Facts) -> Iterator[Finding]:
    """Find colors that nothing leads to, beside the one that serves."""
    for name, now in facts.current.items():
        color = facts.color(name)
        strays = tuple(
            c for c in facts.apps if c.service == name and c.color is not color and (name, c.color) not in facts.held
        )
        if not strays or facts.moving(name) or facts.reached.get(name, frozenset()) & {c.color for c in strays}:
            continue
        names = ", ".join(f"{c.name} ({c.state})" for c in strays)
        if color is None:
            why = "nobody is led to it"
            yield Finding(
                "unrouted", Severity.ERROR, name, f"{names}, and nginx knows no color", why, "bluegreen deploy"
            )
            continue
        mends: tuple[Mend, ...] = (RemoveContainers(tuple(c.name for c in strays)),) if now.running else ()
        yield Finding(
            "beside",
            Severity.WARNING,
            name,
            f"{names} beside {color}, which is live; no deployment is under way",
            "it takes memory, and a second worker works on the same jobs",
            "" if mends else "bring the live color up first",
            mends,
        )


def down(facts: Facts) -> Iterator[Finding]:
    """Find live colors of which not every container runs."""
    for name, now in facts.current.items():
        color = facts.color(name)
        if color is None or facts.moving(name):
            continue
        live = facts.live(name)
        intended = facts.intended.get(name, ("", None))[1] is color and name in facts.readable
        mends = (StartColor(name, color),) if now.release or intended else ()
        wanted = now.release.service.replicas if now.release else 1
        if len(live) < wanted and color in facts.reached.get(name, {color}):
            there = f"{len(live)} of {wanted} containers" if live else "none of the containers"
            seen = f"{there} of {color}, which is live, exist"
            why = "the others have its work too" if live else "nothing answers for it, or does its work"
            yield Finding("missing", Severity.ERROR, name, seen, why, "" if mends else "bluegreen deploy", mends)
        for c in live:
            yield from _down(facts, c, mends)


def _down(facts: Facts, c: Container, mends: tuple[Mend, ...]) -> Iterator[Finding]:
    vitals = facts.vitals.get(c.name)
    how = (vitals.died() if vitals else None) or str(c.state)
    match c.state:
        case State.RUNNING | State.REMOVING:
            return
        case State.PAUSED:
            fix, mends = f"docker unpause {c.name}", ()
        case State.RESTARTING:
            fix, mends = f"bluegreen logs {c.service}; to go back: bluegreen rollback {c.service}", ()
        case _:
            fix = "" if mends else "bluegreen deploy"
    yield Finding("down", Severity.ERROR, c.name, f"its color is live, and it {how}", "it answers nobody", fix, mends)


def unwell(facts: Facts) -> Iterator[Finding]:
    """Find containers of live colors that run, and not as they should."""
    for name, now in facts.current.items():
        for c in facts.live(name) if not facts.moving(name) else ():
            if c.running:
                yield from _unwell(facts, c, now.color)


def _unwell(facts: Facts, c: Container, color: Color | None) -> Iterator[Finding]:
    if c.health == "unhealthy":
        why = "nginx goes on asking it, since nothing else serves"
        fix = f"bluegreen logs {c.service}; to go back: bluegreen rollback {c.service}"
        yield Finding("unhealthy", Severity.ERROR, c.name, "Docker's own HEALTHCHECK says unhealthy", why, fix)
    if c.address is None:
        network = facts.project.network
        fix = f"docker network connect --alias {c.service}-{color} {network} {c.name}"
        seen = f"it runs, and has no address in {network}"
        yield Finding("off-network", Severity.ERROR, c.name, seen, "nginx can't reach it", fix)
    expected = facts.names.get(c.service, ())
    if expected and c.name not in expected:
        why = "the next deployment would make a container of that name beside it"
        seen = f"its name should be {' or '.join(expected)}"
        yield Finding("renamed", Severity.WARNING, c.name, seen, why, f"docker rename {c.name} {expected[0]}")


def adopted(facts: Facts) -> Iterator[Finding]:
    """Find containers that were there before bluegreen, and wait for their first deployment."""
    for c in facts.apps:
        if c.adopted and not facts.moving(c.service):
            half = c.name == c.service
            seen = "its adoption was not finished" if half else "it was adopted, and no deployment has moved off it"
            why = "where the proxy has the port that it published, the engine can't start it again"
            yield Finding("adopted", Severity.WARNING, c.name, seen, why, f"bluegreen {'adopt' if half else 'deploy'}")


def edited(facts: Facts) -> Iterator[Finding]:
    """Find containers that are no longer as their release made them."""
    for name, now in facts.current.items():
        for c in () if facts.moving(name) else facts.live(name):
            if differing := _differing(facts.vitals.get(c.name), now.release):
                why = "the next deployment goes back to what services.yaml says"
                fix = "put it into services.yaml, then: bluegreen deploy"
                yield Finding("edited-container", Severity.WARNING, c.name, "; ".join(differing), why, fix)


def _differing(vitals: Vitals | None, release: Release | None) -> list[str]:
    if vitals is None or release is None:
        return []
    service, has = release.service, vitals.settings
    compared = (
        ("restart", has.restart, service.restart),
        ("mem_limit", has.memory, service.mem_limit or 0),
        ("cpus", has.cpus, service.cpus or 0.0),
    )
    return [
        f"{key} is {now or 'none'}, its release says {made or 'none'}" for key, now, made in compared if now != made
    ]
