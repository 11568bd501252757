"""The engine, databases, and what services.yaml asks for that will hurt one day."""

from collections.abc import Iterator

from bluegreen.decide.doctor.facts import Facts
from bluegreen.decide.doctor.finding import Finding, Severity


def live_restore(facts: Facts) -> Iterator[Finding]:
    """Say what a restart of the engine does."""
    if not facts.host.live_restore:
        yield Finding(
            "live-restore",
            Severity.INFO,
            f"Docker {facts.host.version}",
            "it runs without live-restore",
            "when the engine restarts, as it does for an update, it stops every container, nginx included,"
            " and starts them again: nothing is answered meanwhile",
            '"live-restore": true in /etc/docker/daemon.json, then: systemctl reload docker',
        )


def databases(facts: Facts) -> Iterator[Finding]:
    """Find databases that can't be used."""
    for name, problem in facts.databases.items():
        why = "its services need it, and no deployment begins without it"
        yield Finding("database", Severity.ERROR, name, problem, why, f"docker logs {name}")


def file_mounts(facts: Facts) -> Iterator[Finding]:
    """Find mounts of single files."""
    for service, path in facts.file_mounts:
        seen = f"it mounts the single file {path}"
        why = "the container keeps the file of its start; editors replace it, and the new one is never seen"
        yield Finding("file-mount", Severity.WARNING, service, seen, why, "mount the directory that holds it")


def grace(facts: Facts) -> Iterator[Finding]:
    """Find services that needed longer to stop than they had."""
    for name, killed in facts.killed.items():
        service = facts.project.services.get(name)
        if service and service.stop_grace_period <= killed.grace:
            seen = f"its last containers did not end within stop_grace_period ({killed.grace:g} s) and were killed"
            why = "what they worked on was cut off; a job of a queue may stay marked as running for ever"
            fix = "set stop_grace_period above what the application takes to end (Vendure's worker: 21 s)"
            yield Finding("grace", Severity.WARNING, name, seen, why, fix)
