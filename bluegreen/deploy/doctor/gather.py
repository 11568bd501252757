"""One look at everything that the doctor judges; nothing is changed by it."""

import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from bluegreen.decide.doctor.facts import Disk, Facts, Killed, LedgerState
from bluegreen.decide.plan import Current
from bluegreen.deploy.current import current
from bluegreen.deploy.doctor.state_files import leftovers, wrong_modes
from bluegreen.deploy.routing import RoutingPlan, reached_colors
from bluegreen.deploy.specs import container_names
from bluegreen.deploy.together import together
from bluegreen.deploy.workspace import Workspace
from bluegreen.health.database import verify
from bluegreen.ledger.lock import holder
from bluegreen.model.container import Container, Role, Vitals
from bluegreen.model.errors import AdapterError, DeploymentFailed, LedgerUnusable
from bluegreen.model.ports import Host
from bluegreen.model.project import Project
from bluegreen.model.routing import Capabilities, ProxyView
from bluegreen.model.service import Kind


def gather(workspace: Workspace, unusable: LedgerUnusable | None = None, *, locked: bool = False) -> Facts:
    """Look at a project; `unusable` says why its ledger is a blank one. Raises AdapterError where nothing can be seen.

    `locked`: it is the caller who works on the project.
    """
    view = workspace.proxy.view()
    containers = workspace.engine.containers()
    now = current(workspace, view, tuple(c for c in containers if c.role is Role.APP))
    host, ledger = workspace.machine.host(), workspace.ledger
    capabilities, outdated = _nginx(workspace, view, containers)
    intended = {name: moved for name in now if (moved := ledger.last_moved(name))}
    return Facts(
        now=time.time(),
        project=workspace.project,
        view=view,
        host=host,
        containers=containers,
        vitals=_vitals(workspace, now, containers),
        current=now,
        names=_names(now),
        reached=reached_colors(view, containers),
        intended=intended,
        readable=frozenset(name for name, (release, _) in intended.items() if ledger.releases.find(release)),
        unrecorded=_unrecorded(workspace, now, containers),
        unfinished=ledger.find_unfinished(),
        held=frozenset((move.service, move.color) for each in ledger.held() for move in each.moves),
        stranded=ledger.stranded(),
        under_way="" if locked else holder(workspace.state / "lock"),
        capabilities=capabilities,
        outdated=outdated,
        databases=_databases(workspace),
        ledger=_ledger_state(unusable),
        ledger_says=unusable.message if unusable else "",
        ledger_newest=ledger.newest(),
        killed={name: Killed(*killed) for name in now if (killed := ledger.last_killed(name))},
        modes=wrong_modes(workspace.state),
        leftovers=leftovers(workspace.state),
        disks=_disks(workspace.state, host),
        file_mounts=_file_mounts(workspace.project, workspace.folder),
    )


def _nginx(
    workspace: Workspace, view: ProxyView, containers: tuple[Container, ...]
) -> tuple[Capabilities | None, bool]:
    """What the nginx that runs can do, and whether its container is an old one."""
    if view.generation is None:
        return None, False
    with suppress(AdapterError):
        plan = RoutingPlan(workspace)
        routing = plan.routing(view, tuple(c for c in containers if c.role is Role.APP))
        return routing.capabilities, workspace.proxy.outdated(routing, plan.aliases())
    return None, False


def _vitals(
    workspace: Workspace, now: Mapping[str, Current], containers: tuple[Container, ...]
) -> Mapping[str, Vitals]:
    live = [c.name for c in containers if c.service in now and c.color and c.color is now[c.service].color]

    def look(name: str) -> Vitals | None:
        with suppress(AdapterError):  # it may be gone by now
            return workspace.engine.inspect(name)
        return None

    looks = zip(live, together(partial(look, name) for name in live), strict=True)
    return {name: found for name, found in looks if found}


def _names(now: Mapping[str, Current]) -> Mapping[str, tuple[str, ...]]:
    return {
        name: container_names(name, state.color, state.release.service.replicas)
        for name, state in now.items()
        if state.color and state.release
    }


def _unrecorded(workspace: Workspace, now: Mapping[str, Current], containers: tuple[Container, ...]) -> tuple[str, ...]:
    known = {c.deployment: workspace.ledger.knows(c.deployment) for c in containers}
    return tuple(
        name
        for name, state in now.items()
        if state.color and state.release
        for c in [next(c for c in containers if c.service == name and c.color is state.color)]
        if not known[c.deployment]
    )


def _ledger_state(unusable: LedgerUnusable | None) -> LedgerState:
    if unusable is None:
        return LedgerState.SOUND
    return LedgerState.NEWER if unusable.newer else LedgerState.DAMAGED


def _databases(workspace: Workspace) -> Mapping[str, str]:
    found = {}
    for service in workspace.project.of_kind(Kind.DATABASE):
        try:
            verify(workspace.engine, service)
        except DeploymentFailed as error:
            found[service.name] = error.message
    return found


def _disks(state: Path, host: Host) -> tuple[Disk, ...]:
    places = ((str(state), "the project's state"), (host.root, "Docker's images and containers"))
    found: dict[int, Disk] = {}
    for path, what in places:
        with suppress(OSError):
            usage = shutil.disk_usage(path)
            found.setdefault(Path(path).stat().st_dev, Disk(path, what, usage.total, usage.free))
    return tuple(found.values())


def _file_mounts(project: Project, folder: Path) -> tuple[tuple[str, str], ...]:
    mounts = ((s.name, volume.split(":")[0]) for s in project.services.values() for volume in s.volumes)
    return tuple((name, path) for name, path in mounts if path[:1] in "/." and (folder / path).is_file())
