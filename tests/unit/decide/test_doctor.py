"""From facts to findings: one table, a sound project and one thing wrong at a time."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bluegreen.decide.doctor.examine import examine, plan, sound
from bluegreen.decide.doctor.facts import Disk, Facts, Killed, LedgerState, Mode
from bluegreen.decide.doctor.mends import (
    Close,
    Mend,
    RebuildLedger,
    RemoveContainers,
    RemoveFile,
    Restrict,
    Resume,
    ServeAgain,
    StartColor,
)
from bluegreen.decide.plan import Current
from bluegreen.model.color import Color
from bluegreen.model.container import Container, Role, Settings, State, Vitals
from bluegreen.model.deployment import Deployment, Move, Stranded, Verb
from bluegreen.model.ports import Host
from bluegreen.model.release import Image, Release
from bluegreen.model.routing import Capabilities, ProxyView, Slot
from tests.fakes.project import project

GREEN, BLUE = Color.GREEN, Color.BLUE
PROJECT = project({
    "server": {"image": "shop:1", "port": 3000},
    "worker": {"kind": "worker", "image": "shop:1"},
    "db": {"kind": "database", "engine": "postgres", "version": 17},
})  # fmt: skip
RELEASES = {n: Release(f"R-{n}", PROJECT.services[n], Image("shop:1", "sha256:1"), "s") for n in ("server", "worker")}
GIB = 1024**3


def container(service: str, color: Color = GREEN, **more: Any) -> Container:
    """A container of the sound project."""
    found = Container(f"{service}-{color}", "1", Role.APP, State.RUNNING, service, color, f"R-{service}", "D")
    return replace(found, **{"address": f"10.0.0.{len(service)}", **more})


SERVER, WORKER = container("server"), container("worker")
PROXY = Container("shop-proxy", "p", Role.PROXY, State.RUNNING)
VITALS = Vitals(State.RUNNING, 0, oom_killed=False, restarts=0, started_at="", pid=1, health=None, address="10.0.0.6")
VITALS = replace(VITALS, settings=Settings("unless-stopped"))
BOTH = Slot(("server-green:3000",))
VIEW = ProxyView(running=True, generation=7, live={"server": GREEN}, slots={"server": {BLUE: BOTH, GREEN: BOTH}})
CURRENT = {name: Current(GREEN, RELEASES[name], 1) for name in ("server", "worker")}
SOUND = Facts(
    now=1000.0,
    project=PROJECT,
    view=VIEW,
    host=Host("20.10.24", 2, 4 * GIB, live_restore=True),
    containers=(PROXY, SERVER, WORKER),
    vitals={"server-green": VITALS, "worker-green": VITALS},
    current=CURRENT,
    names={"server": ("server-green",), "worker": ("worker-green",)},
    reached={"server": frozenset({GREEN})},
    intended={"server": ("R-server", GREEN), "worker": ("R-worker", GREEN)},
    readable=frozenset({"server", "worker"}),
    capabilities=Capabilities("1.30.6", resolve=True, keepalive_min_timeout=True, http2_directive=True),
    ledger_newest=999.0,
    disks=(Disk("/var", "all", 100 * GIB, 50 * GIB),),
)
LEFT = Deployment("D2", Verb.DEPLOY, (Move(RELEASES["server"], RELEASES["server"], BLUE),), 0.0)
STRANDED = Stranded("D3", ("server",), "cannot read /s/releases/R3/release.json: it is damaged", committed=False)
COMMAND = Container("server-release-command", "c", Role.RELEASE_COMMAND, State.EXITED, "server", release="R2")


def with_server(**changes: Any) -> tuple[Container, ...]:
    """The containers, the server's changed."""
    return (PROXY, replace(SERVER, **changes), WORKER)


def with_view(**changes: Any) -> ProxyView:
    """What nginx says, changed."""
    return replace(VIEW, **changes)


def current(service: str, **changes: Any) -> dict[str, Current]:
    """What runs now, changed for one service."""
    return {**CURRENT, service: replace(CURRENT[service], **changes)}


STRAY, ORPHAN = container("server", BLUE), container("mailer")
START, SERVE = StartColor("server", GREEN), ServeAgain()
DEAD = {"server": {BLUE: BOTH, GREEN: Slot(("server-green:3000",), ("10.0.0.9:3000",))}}
CASES: dict[str, tuple[dict[str, Any], str, tuple[Mend, ...]]] = {
    "no proxy": ({"containers": (SERVER, WORKER)}, "error proxy-missing", (SERVE,)),
    "stopped proxy": (
        {"containers": (replace(PROXY, state=State.EXITED), SERVER, WORKER)},
        "error proxy-stopped",
        (SERVE,),
    ),
    "silent proxy": ({"view": with_view(generation=None)}, "error proxy-silent", ()),
    "outdated proxy": ({"outdated": True}, "warning proxy-outdated", ()),
    "edited by hand": ({"view": with_view(edited=("x was changed by hand",))}, "error edited-configuration", (SERVE,)),
    "nginx drifted": ({"view": with_view(drift=("nginx serves another",))}, "error nginx-drift", (SERVE,)),
    "dead address": ({"view": with_view(slots=DEAD)}, "warning dead-address", (SERVE,)),
    "only dead addresses": (
        {"view": with_view(slots={"server": dict.fromkeys(Color, Slot(("10.0.0.9:3000",)))})},
        "error dead-address",
        (SERVE,),
    ),
    "another color than intended": (
        {"intended": {**SOUND.intended, "server": ("R-server", BLUE)}},
        "warning color-drift",
        (),
    ),
    "another release than intended": (
        {"intended": {**SOUND.intended, "server": ("R0", GREEN)}},
        "warning release-drift",
        (),
    ),
    "old nginx": (
        {"capabilities": Capabilities("1.27.3", resolve=True, keepalive_min_timeout=False, http2_directive=True)},
        "info old-nginx",
        (),
    ),
    "stopped": ({"containers": with_server(state=State.EXITED)}, "error down", (START,)),
    "paused": ({"containers": with_server(state=State.PAUSED)}, "error down", ()),
    "crashing": ({"containers": with_server(state=State.RESTARTING)}, "error down", ()),
    "removed": ({"containers": (PROXY, WORKER), "current": current("server", release=None)}, "error missing", (START,)),
    "removed, and its release lost": (
        {"containers": (PROXY, WORKER), "current": current("server", release=None), "readable": frozenset()},
        "error missing",
        (),
    ),
    "removed worker": (
        {"containers": (PROXY, SERVER), "current": {**CURRENT, "worker": Current()}},
        "error missing",
        (StartColor("worker", GREEN),),
    ),
    "unhealthy": ({"containers": with_server(health="unhealthy")}, "error unhealthy", ()),
    "without address": ({"containers": with_server(address=None)}, "error off-network", ()),
    "renamed": ({"containers": with_server(name="kept")}, "warning renamed", ()),
    "adopted": ({"containers": with_server(adopted=True)}, "warning adopted", ()),
    "updated by hand": (
        {"vitals": {"server-green": replace(VITALS, settings=Settings("always"))}},
        "warning edited-container",
        (),
    ),
    "beside": (
        {"containers": (PROXY, SERVER, WORKER, STRAY)},
        "warning beside",
        (RemoveContainers(("server-blue",)),),
    ),
    "beside one that is down": (
        {"containers": (PROXY, SERVER, WORKER, STRAY), "current": current("server", running=0)},
        "warning beside",
        (),
    ),
    "not led to": (
        {
            "containers": (PROXY, STRAY, WORKER),
            "view": with_view(slots={}),
            "reached": {},
            "current": current("server", color=None, release=None, running=0),
            "intended": {},
        },
        "error unrouted",
        (),
    ),
    "orphan": (
        {"containers": (*SOUND.containers, ORPHAN)},
        "warning orphan",
        (RemoveContainers(("mailer-green",)),),
    ),
    "routed orphan": (
        {
            "containers": (*SOUND.containers, ORPHAN),
            "view": with_view(slots={**VIEW.slots, "mailer": {GREEN: Slot(("mailer-green:1",))}}),
        },
        "warning orphan",
        (),
    ),
    "left release command": (
        {"containers": (*SOUND.containers, COMMAND)},
        "warning one-off",
        (RemoveContainers((COMMAND.name,)),),
    ),
    "running release command": (
        {"containers": (*SOUND.containers, replace(COMMAND, state=State.RUNNING))},
        "warning one-off-running",
        (),
    ),
    "damaged ledger": ({"ledger": LedgerState.DAMAGED}, "error ledger-damaged", (RebuildLedger(),)),
    "newer ledger": ({"ledger": LedgerState.NEWER}, "error ledger-newer", (RebuildLedger(),)),
    "lost ledger": ({"unrecorded": ("server",)}, "warning ledger-lost", (RebuildLedger(),)),
    "lost release": ({"current": current("server", release=None)}, "warning release-lost", ()),
    "clock": ({"ledger_newest": 1100.0}, "error clock", ()),
    "unfinished": ({"unfinished": LEFT}, "warning unfinished", (Resume("D2"),)),
    "stranded": ({"stranded": (STRANDED,)}, "error stranded", (Close("D3"),)),
    "under way": ({"unfinished": LEFT, "under_way": "alice"}, "info under-way", ()),
    "open file": (
        {"modes": (Mode(Path("/s/lock"), 0o644, 0o600),)},
        "error mode",
        (Restrict(Path("/s/lock"), 0o600),),
    ),
    "another's file": ({"modes": (Mode(Path("/s/lock"), 0o600, 0o600, own=False),)}, "error owner", ()),
    "half-written file": (
        {"leftovers": (Path("/s/.lock.7"),)},
        "warning leftover-file",
        (RemoveFile(Path("/s/.lock.7")),),
    ),
    "nearly full disk": ({"disks": (Disk("/var", "all", 100 * GIB, 9 * GIB),)}, "warning disk", ()),
    "full disk": ({"disks": (Disk("/var", "all", 100 * GIB, GIB // 4),)}, "error disk", ()),
    "database": ({"databases": {"db": "it is in recovery"}}, "error database", ()),
    "grace too short": ({"killed": {"worker": Killed(900.0, 10.0)}}, "warning grace", ()),
    "single file": ({"file_mounts": (("server", "/etc/x.conf"),)}, "warning file-mount", ()),
    "no live-restore": ({"host": replace(SOUND.host, live_restore=False)}, "info live-restore", ()),
}
HARMLESS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "both colors while a command works on them": {
        "containers": (PROXY, SERVER, WORKER, STRAY), "unfinished": LEFT, "under_way": "alice",
    },
    "a held color": {"containers": (PROXY, SERVER, WORKER, STRAY), "held": frozenset({("server", BLUE)})},
    "what nginx leads to, whatever the flags say": {
        "containers": (PROXY, SERVER, WORKER), "current": current("server", color=BLUE, release=None, running=0),
        "intended": {},
    },
    "what the command that is under way may go on with": {"stranded": (STRANDED,), "under_way": "alice"},
    "a grace period that was corrected": {"killed": {"worker": Killed(900.0, 9.0)}},
    "a tenth of a large disk": {"disks": (Disk("/var", "all", 2000 * GIB, 100 * GIB),)},
    "clocks that differ by little": {"ledger_newest": 1003.0},
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected", "mends"), CASES.values(), ids=CASES)
def test_one_thing_is_wrong(changes: dict[str, Any], expected: str, mends: tuple[Mend, ...]) -> None:
    (finding,) = examine(replace(SOUND, **changes))
    assert f"{finding.severity} {finding.id}" == expected
    assert finding.mends == mends
    assert finding.seen or finding.id.startswith("ledger")
    assert finding.why
    assert finding.fix or finding.mends
    assert sound([finding]) is not expected.startswith("error")


@pytest.mark.parametrize("changes", HARMLESS.values(), ids=HARMLESS)
def test_nothing_is_wrong(changes: dict[str, Any]) -> None:
    assert [f for f in examine(replace(SOUND, **changes)) if f.id != "under-way"] == []


def test_a_plan_has_each_act_once_in_an_order_in_which_it_can_be_done() -> None:
    facts = replace(
        SOUND,
        containers=(PROXY, replace(SERVER, state=State.EXITED), WORKER, ORPHAN),
        view=with_view(edited=("one", "two")),
        unrecorded=("server",),
        stranded=(STRANDED,),
    )
    assert plan(examine(facts)) == (RebuildLedger(), Close("D3"), START, SERVE, RemoveContainers(("mailer-green",)))


def test_the_gravest_comes_first() -> None:
    facts = replace(SOUND, host=replace(SOUND.host, live_restore=False), outdated=True, ledger_newest=2000.0)
    assert [f.severity for f in examine(facts)] == ["error", "warning", "info"]
