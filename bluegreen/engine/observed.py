"""The engine's answers as values."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bluegreen.model.color import Color
from bluegreen.model.container import Container, Label, Labels, Role, Settings, State, Vitals

Answer = Mapping[str, Any]

_HEALTH = re.compile(r"\((?:health: )?(starting|healthy|unhealthy)\)")
_NONE: Mapping[str, Labels] = {}


def listed(
    row: Answer, project: str, network: str, disposable: str = "", adopted: Mapping[str, Labels] = _NONE
) -> Container:
    """Read one row of `GET /containers/json`."""
    health = _HEALTH.search(row["Status"])
    found = Container(
        name=_own_name(row["Names"]),
        id=row["Id"],
        role=Role.APP,
        state=State(row["State"]),
        image=row["Image"],
        address=_address(row, network),
        health=health and health[1],
    )
    return _labelled(found, row["Labels"] or {}, project, disposable, adopted)


def inspected(
    answer: Answer, project: str, network: str, disposable: str = "", adopted: Mapping[str, Labels] = _NONE
) -> Container:
    """Read `GET /containers/NAME/json` as the list would show it."""
    found = Container(
        name=answer["Name"].removeprefix("/"),
        id=answer["Id"],
        role=Role.APP,
        state=State(answer["State"]["Status"]),
        image=answer["Config"]["Image"],
        address=_address(answer, network),
        health=_health(answer),
    )
    return _labelled(found, answer["Config"]["Labels"] or {}, project, disposable, adopted)


def vitals(answer: Answer, network: str) -> Vitals:
    """Read `GET /containers/NAME/json` for how the container is."""
    state = answer["State"]
    checks = (state.get("Health") or {}).get("Log") or ()
    return Vitals(
        state=State(state["Status"]),
        exit_code=state["ExitCode"],
        oom_killed=state["OOMKilled"],
        restarts=answer["RestartCount"],
        started_at=state["StartedAt"],
        pid=state["Pid"],
        health=_health(answer),
        address=_address(answer, network),
        health_output=checks[-1]["Output"] if checks else "",
        settings=_settings(answer.get("HostConfig") or {}),
    )


def _settings(host: Answer) -> Settings:
    policy = (host.get("RestartPolicy") or {}).get("Name") or "no"
    return Settings(policy, host.get("Memory") or 0, (host.get("NanoCpus") or 0) / 1e9)


def _labelled(found: Container, own: Labels, project: str, disposable: str, adopted: Mapping[str, Labels]) -> Container:
    labels = adopted.get(found.id, own)
    found = replace(found, disposable=labels.get(Label.DISPOSABLE, ""), adopted=found.id in adopted)
    try:
        role = Role(labels.get(Label.ROLE, Role.APP))
        color = Color(labels[Label.COLOR]) if labels.get(Label.COLOR) else None
    except ValueError:
        # labels that we never wrote come from an image
        return replace(found, ours=False)
    if labels.get(Label.PROJECT) != project or found.disposable != disposable:
        return replace(found, ours=False)
    return replace(
        found,
        role=role,
        service=labels.get(Label.SERVICE, ""),
        color=color,
        release=labels.get(Label.RELEASE, ""),
        deployment=labels.get(Label.DEPLOYMENT, ""),
        spec_hash=labels.get(Label.SPEC_HASH, ""),
        commit=labels.get(Label.COMMIT, ""),
    )


def _own_name(names: list[str]) -> str:
    """Links of other containers are listed as names too, as `/other/alias`."""
    return next(name[1:] for name in names if name.count("/") == 1)


def _address(answer: Answer, network: str) -> str | None:
    endpoint = answer["NetworkSettings"]["Networks"].get(network) or {}
    return endpoint.get("IPAddress") or None


def _health(answer: Answer) -> str | None:
    status = (answer["State"].get("Health") or {}).get("Status")
    return status if status in ("starting", "healthy", "unhealthy") else None
