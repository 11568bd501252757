"""What a command is killed in, or fails in: each a project, what was done to it before, and the command."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from bluegreen.model.color import Color
from bluegreen.model.hooks import Hook
from bluegreen.model.ports import Tally
from tests.faults.effects import Effect, Effects, Fault
from tests.matrix import damages
from tests.matrix.site import Ran, Services, Site

HEALTH = {"docker": True, "deadline": "400ms", "interval": "100ms"}
WEB: dict[str, Any] = {"image": "shop:1", "port": 3000, "health": HEALTH, "bake": {"for": "0s"}, "drain_timeout": "2s"}
WORKER: dict[str, Any] = {"kind": "worker", "image": "shop:1", "health": HEALTH, "bake": {"for": "0s"}}
WATCHED = {**WEB, "bake": {"for": "20ms", "min_requests": 10}}
MIGRATING = {**WEB, "release_command": {"command": ["migrate"]}}
DATABASE: dict[str, Any] = {"kind": "database", "engine": "postgres", "version": 17}
WITH_DATABASE: Services = {
    "db": DATABASE,
    "server": {**MIGRATING, "bake": {"for": "20ms"}, "depends_on": {"db": {}}},
    "worker": WORKER,
}
SEVERAL: Services = {"server": WEB, "store": {**WEB, "depends_on": {"server": {}}}}
PAIR: Services = {"server": WEB, "worker": WORKER}
HOOKS = {"hooks": {hook: {"command": ["tell", hook]} for hook in Hook}}
FEW = {"keep_releases": 1}
DEPLOY_0, DEPLOY_1, DEPLOY_2 = (("deploy", "--tag", str(number)) for number in range(3))
HOLD, PROMOTE, ABORT = (*DEPLOY_2, "--hold"), ("promote",), ("abort",)
THREE, HELD = (DEPLOY_0, DEPLOY_1, DEPLOY_2), (DEPLOY_0, DEPLOY_1, HOLD)
ROLLBACK, PROXY_UP, FIX = ("rollback",), ("proxy", "up"), ("doctor", "--fix", "--yes")


def nothing(_site: Site) -> None:
    """All is well."""


def dies_at_once(site: Site) -> None:
    """The new release ends as soon as it starts."""
    site.engine.faults.exits_on_start["server-green"] = 1


def answers_500(site: Site) -> None:
    """The new release is well, and fails whoever asks it."""
    site.nginx.tallies = {("server", Color.GREEN): Tally(100, 60)}


def does_not_migrate(site: Site) -> None:
    """The release command fails."""
    site.engine.faults.command_status["server-release-command"] = 1


def refused_by_smoke(site: Site) -> None:
    """The smoke hook finds something."""
    site.hooks.problems[Hook.SMOKE] = "exit status 1"


def refused_after_the_cutover(site: Site) -> None:
    """The hook after the cutover finds something."""
    site.hooks.problems[Hook.POST_CUTOVER] = "exit status 1"


def left_in_the_bake(site: Site) -> None:
    """The command before was killed when the new release served."""
    site.keep("before")
    done = site.run(*DEPLOY_2).effects.seen
    site.back_to("before")
    assert site.run(*DEPLOY_2, fault=Fault(committed(done), after=True)).status is None


def committed(seen: list[Effect]) -> int:
    """The number of the commit that follows the cutover."""
    moved = next(k for k, effect in enumerate(seen, 1) if effect.verb == "rename" and effect.name.endswith("/live"))
    return next(k for k in count(moved + 1) if seen[k - 1].part == "ledger")


@dataclass(frozen=True)
class Scenario:
    """One command, in one situation."""

    services: Services
    before: tuple[tuple[str, ...], ...] = (DEPLOY_0, DEPLOY_1)
    command: tuple[str, ...] = DEPLOY_2
    status: int = 0
    """How the command ends where nothing goes wrong."""
    last: Callable[[Site], None] = nothing
    """What is done right before it."""
    wrong: Callable[[Site], None] = nothing
    """What is wrong while it runs, and mended before the next."""
    more: Mapping[str, object] = field(default_factory=dict)
    """What services.yaml says beside services."""
    down: bool = False
    """Whether nobody answers until the command has done its work."""
    migrations: int = 3
    """How often release commands run at the most, where none is cut short."""
    old: str = "shop:1"
    new: str = "shop:2"
    """The two images of which one serves in the end."""
    earlier: str = "shop:0"
    """The one before the old one, where a rollback leads to that comes instead of the command; "" if none is known."""

    def site(self, folder: Path) -> Site:
        """Make the machine as it is right before the command, and keep it so under `start`."""
        site = Site(folder, self.services, **self.more)
        for words in self.before:
            ran = site.run(*words)
            assert ran.status == 0, ran
        self.last(site)
        site.keep("start")
        return site

    def run(self, site: Site, fault: Fault | None = None) -> Ran:
        """Run the command from the start; the fault comes about in it."""
        site.back_to("start")
        self.wrong(site)
        ran = site.run(*self.command, fault=fault)
        site.mend()
        return ran

    def effects(self, site: Site) -> Effects:
        """Everything that the command does where nothing goes wrong."""
        ran = self.run(site)
        assert ran.status == self.status, ran
        return ran.effects


SCENARIOS = {
    "first deployment": Scenario({"server": WEB}, before=(), old="", earlier=""),
    "deployment": Scenario({"server": WEB}),
    "several services": Scenario(SEVERAL),
    "release command": Scenario({"server": MIGRATING}),
    "release command that fails": Scenario({"server": MIGRATING}, status=1, wrong=does_not_migrate, migrations=4),
    "worker that overlaps": Scenario(PAIR),
    "worker that stops first": Scenario({"server": WEB, "worker": {**WORKER, "strategy": "stop-first"}}),
    "worker alone": Scenario({"worker": WORKER}),
    "failing release": Scenario({"server": WEB}, status=1, wrong=dies_at_once),
    "switch back in the bake": Scenario({"server": WATCHED}, status=4, wrong=answers_500),
    "retire": Scenario({"server": WEB}, last=left_in_the_bake),
    "retention": Scenario({"server": WEB}, before=(DEPLOY_0, DEPLOY_2, DEPLOY_1), more=FEW, earlier="shop:2"),
    "rollback, warm": Scenario({"server": WEB}, command=ROLLBACK, last=left_in_the_bake),
    "rollback, cold": Scenario({"server": WEB}, before=THREE, command=ROLLBACK),
    "rollback of several services": Scenario(SEVERAL, before=THREE, command=ROLLBACK),
    "database": Scenario(WITH_DATABASE, migrations=4),
    "hold": Scenario(PAIR, command=HOLD),
    "promote": Scenario(PAIR, before=HELD, command=PROMOTE),
    "abort of a held one": Scenario(PAIR, before=HELD, command=ABORT),
    "hooks": Scenario(PAIR, more=HOOKS),
    "hooks, smoke fails": Scenario(PAIR, more=HOOKS, status=1, wrong=refused_by_smoke),
    "hooks, post_cutover fails": Scenario(PAIR, more=HOOKS, status=4, wrong=refused_after_the_cutover),
    "proxy up, nginx is gone": Scenario({"server": WEB}, command=PROXY_UP, last=damages.nginx_gone, down=True),
    "proxy up, other settings": Scenario({"server": WEB}, command=PROXY_UP, last=damages.other_settings),
    "doctor, damaged machine": Scenario(PAIR, command=FIX, last=damages.machine, down=True),
    "doctor, damaged ledger": Scenario(PAIR, command=FIX, last=damages.ledger, earlier=""),
    "doctor, left deployment": Scenario(PAIR, command=FIX, last=left_in_the_bake),
}


def deaths(site: Site, scenario: Scenario) -> Iterator[tuple[Fault, Ran]]:
    """Run the scenario's command, and kill it before and after its k-th effect, for every k until it lives."""
    for k in count(1):
        for after in (False, True):
            fault = Fault(k, after)
            ran = scenario.run(site, fault)
            if not ran.effects.struck:
                assert ran.status == scenario.status, ran
                return
            assert ran.status is None, ran
            yield fault, ran
