"""The pipelines of examples/ci, run job by job with real repositories, registry and engines."""

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from sysconfig import get_path
from typing import Any
from uuid import uuid4

import docker
import pytest
from docker.errors import ImageNotFound

from tests.ci.commands import GITLAB, ROOT
from tests.ci.github import Event, GitHub, Ran
from tests.ci.gitlab import GitLab, Job
from tests.ci.place import Place, checkout
from tests.engine.product.machine import Machine
from tests.engine.product.published import logged_in
from tests.engine.product.repository import Repository
from tests.engine.product.shop import Shop
from tests.engine.registry import Registry
from tests.waiting import wait_until

SELF_HOSTED, OVER_SSH = (ROOT / "examples/ci/github-actions" / name for name in ("self-hosted.yml", "ssh.yml"))
BUILD, OK = "Build and push, once per commit", "success"
RELEASE_RULE = "production does not let this be deployed: release: tag (v*)"


@pytest.fixture(scope="module")
def elsewhere(engine: docker.APIClient, registry: Registry) -> Iterator[Machine]:
    """Where images are built and validated: an engine of its own, which reaches the registry at the same address."""
    del engine
    machine = Machine(Path(tempfile.mkdtemp(prefix="engine-")), f"p{uuid4().hex[:6]}")
    try:
        machine.wire()
        machine.start()
        machine.load_images("nginx:1.30")
        with bridged(machine, registry.address.rpartition(":")[2]):
            yield machine
    finally:
        machine.end()


@contextmanager
def bridged(machine: Machine, port: str) -> Iterator[None]:
    """Have a port of this host answer on the machine, too."""
    bridge, socket = [sys.executable, "-m", "tests.engine.bridge"], f"{machine.folder}/bridge"
    with ExitStack() as running:
        for command in ([*bridge, socket, port], [*machine.inside, *bridge, port, socket]):
            running.callback(running.enter_context(subprocess.Popen(command, cwd=ROOT)).kill)
        yield


class Team:
    """The repository, the two machines, and what serves."""

    def __init__(self, shop: Shop, registry: Registry, images: str, elsewhere: Machine) -> None:
        self.shop = shop
        self.registry = registry
        self.origin = Repository(shop, images)
        self.origin.begin()
        self.jobs = shop.folder / "jobs"
        self.jobs.mkdir()
        path = {"PATH": f"{self._tools()}:{get_path('scripts')}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
        self.elsewhere = Place({**path, "DOCKER_HOST": elsewhere.host}, elsewhere.inside)
        state = {"BLUEGREEN_STATE": str(shop.folder / "state"), "DOCKER_CONFIG": logged_in(shop, registry)}
        self.production = Place({**path, **state})

    def _tools(self) -> Path:
        """What is no part of the pipelines here: bluegreen is installed, and ssh leads to this host."""
        tools = self.shop.folder / "tools"
        tools.mkdir()
        config = shlex.quote(str(self.shop.folder))
        ssh = f"""\
#!/bin/bash
terminal=
while [[ $1 == -* ]]; do
    case $1 in -tt) terminal=yes; shift ;; -o) shift 2 ;; esac
done
[[ $1 == deploy@shop.example.com ]] || exit 255
shift
there=(env -i "PATH=$PATH" "HOME={config}" DOCKER_CONFIG={config} BLUEGREEN_STATE={config}/state TERM="$TERM"
       nsenter --net=/proc/{os.getpid()}/ns/net bash -c "$*")
[[ $terminal ]] && exec script --quiet --return --command "${{there[*]@Q}}" /dev/null
exec "${{there[@]}}"
"""
        for name, text in (("pipx", "#!/bin/sh\n"), ("ssh", ssh)):
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        return tools

    def github(self, file: Path) -> GitHub:
        """The workflow as the team adapts it."""
        there = self.shop.folder / "clone"
        adapted = {"ghcr.io": self.registry.address, "/home/runner": str(self.jobs), "/srv/shop": str(there)}
        text = file.read_text()
        for ours, theirs in adapted.items():
            text = text.replace(ours, theirs)
        if file.name == "ssh.yml":
            self.origin.git("clone", "-q", f"file://{self.origin.folder}", str(there))
        return GitHub(text, self.origin.folder, self.jobs, self._place, self.registry.username, self.registry.password)

    def gitlab(self) -> GitLab:
        """Its counterpart."""
        given = {
            "CI_REGISTRY": self.registry.address, "CI_REGISTRY_USER": self.registry.username,
            "CI_REGISTRY_PASSWORD": self.registry.password,
        }  # fmt: skip
        return GitLab(GITLAB.read_text(), self.origin.folder, self.jobs, self._place, given)

    def _place(self, labels: Any) -> Place:
        return self.production if "production" in labels else self.elsewhere

    @property
    def serving(self) -> tuple[str, str]:
        """What the two services answer, in production."""
        return self.shop.answered(), self.shop.answered("/store")

    def pushed(self, commit: str) -> set[str]:
        """The services of which the registry has an image of this commit."""
        return {name for name in ("server", "store") if self._has(self.origin.image(name, commit))}

    def _has(self, image: str) -> bool:
        account = {"username": self.registry.username, "password": self.registry.password}
        try:
            self.shop.engine.inspect_distribution(image, auth_config=account)
        except (ImageNotFound, docker.errors.NotFound):
            return False
        return True


@pytest.fixture
def pushed_images(engine: docker.APIClient, registry: Registry) -> Iterator[str]:
    """Where the registry keeps the images of a test; the engine's copies go after the shop that runs them."""
    folder = f"{registry.address}/t{uuid4().hex[:8]}"
    yield folder
    for image in engine.images():
        if any(name.startswith(f"{folder}/") for name in (*(image["RepoTags"] or ()), *(image["RepoDigests"] or ()))):
            engine.remove_image(image["Id"], force=True)


@pytest.fixture
def team(pushed_images: str, shop: Shop, registry: Registry, elsewhere: Machine) -> Team:
    """Nothing of it is committed or runs yet."""
    return Team(shop, registry, pushed_images, elsewhere)


def statuses(ran: Mapping[str, Job]) -> Mapping[str, int]:
    """How the jobs of a GitLab pipeline ended."""
    return {name: job.status for name, job in ran.items()}


def results(ran: Mapping[str, list[Ran]]) -> Mapping[str, list[str]]:
    """How the jobs of a run ended."""
    return {name: [each.result for each in jobs] for name, jobs in ran.items()}


def test_a_commit_becomes_a_release_by_a_tag(team: Team) -> None:
    ci = team.github(SELF_HOSTED)
    first = everything_is_new(team, ci)
    second = a_push_to_main_builds_and_never_deploys(team, ci)
    a_cancelled_deployment_is_undone(team, ci, second)
    a_tag_deploys_what_was_built(team, ci, first, second)
    documentation_builds_and_deploys_nothing(team, ci)
    what_does_not_start_is_not_deployed(team, ci)
    last = a_rollback_brings_both_back(team, ci)
    a_fresh_runner_knows_as_much(team, ci, last)


def everything_is_new(team: Team, ci: GitHub) -> str:
    first = team.origin.release("first", "v1", server="one", store="one")
    ran = ci.run(Event("refs/tags/v1", first))
    assert results(ran) == {"changed": [OK], "build": [OK, OK], "prod-sim": [OK], "deploy": [OK]}, ran
    assert team.pushed(first) == {"server", "store"}
    assert team.serving == ("one", "one")
    return first


def a_push_to_main_builds_and_never_deploys(team: Team, ci: GitHub) -> str:
    second = team.origin.release("second", server="two")
    ran = ci.run(Event("refs/heads/main", second))
    assert results(ran) == {"changed": [OK], "build": [OK], "prod-sim": [OK]}, ran
    assert team.pushed(second) == {"server"}
    (refused,) = ci.run(Event("refs/heads/main", second), only="deploy")["deploy"]
    assert refused.steps[0].status == 2
    assert RELEASE_RULE in refused.output("Deploy")
    assert team.serving == ("one", "one")
    return second


def a_cancelled_deployment_is_undone(team: Team, ci: GitHub, second: str) -> None:
    """The signal goes to the step's own process alone."""
    team.origin.git("tag", "v2")
    cancelled = struck(team, ci, Event("refs/tags/v2", second), team.production, signal.SIGINT)
    assert cancelled.steps[0].status == 130, cancelled
    assert team.serving == ("one", "one")
    assert team.shop.containers() == ["server-green", "store-green"]


def struck(team: Team, ci: GitHub, event: Event, place: Place, number: signal.Signals) -> Ran:
    """Send this signal to the process of the step that deploys, once the smoke hook runs."""
    held, reached = (team.shop.folder / name for name in ("held", "reached"))
    held.touch()
    with ThreadPoolExecutor(1) as beside:
        deploying = beside.submit(ci.run, event, "deploy")
        try:
            wait_until(reached.exists, "the smoke hook runs", 60)
            place.running[0].send_signal(number)
            (ran,) = deploying.result(30)["deploy"]
            wait_until(lambda: len(team.shop.containers()) == 2, "what was started is removed", 30)
        finally:
            held.unlink()
    return ran


def a_tag_deploys_what_was_built(team: Team, ci: GitHub, first: str, second: str) -> None:
    ran = ci.run(Event("refs/tags/v2", second))
    assert results(ran) == {"changed": [OK], "build": [OK], "prod-sim": [OK], "deploy": [OK]}, ran
    assert "is there already" in ran["build"][0].output(BUILD)
    summary = ran["deploy"][0].summary
    assert re.search(rf"`{team.shop.named('server')}` \| deployed \|.*{second}", summary)
    assert re.search(rf"`{team.shop.named('store')}` \| skipped \|.*no source changed since {first[:10]}", summary)
    assert f"`{second[:10]}` second" in summary
    assert team.serving == ("two", "one")


def documentation_builds_and_deploys_nothing(team: Team, ci: GitHub) -> None:
    documented = team.origin.document("how it works", "v3")
    ran = ci.run(Event("refs/tags/v3", documented))
    assert results(ran) == {"changed": [OK], "prod-sim": [OK], "deploy": [OK]}, ran
    assert team.pushed(documented) == set()
    assert "(production): nothing to do" in ran["deploy"][0].summary
    assert team.serving == ("two", "one")


def what_does_not_start_is_not_deployed(team: Team, ci: GitHub) -> None:
    broken = team.origin.release("third", "v4", server="three", store="broken")
    ran = ci.run(Event("refs/tags/v4", broken))
    assert results(ran) == {"changed": [OK], "build": [OK, OK], "prod-sim": ["failure"]}, ran
    assert team.pushed(broken) == {"server", "store"}
    summary = ran["prod-sim"][0].summary
    assert f"{team.shop.named('store')}-green exited with status 1" in summary
    assert "unexpected end of file" in summary
    assert team.serving == ("two", "one")


def a_rollback_brings_both_back(team: Team, ci: GitHub) -> str:
    mended = team.origin.release("fourth", "v5", store="four")
    ran = ci.run(Event("refs/tags/v5", mended))
    assert results(ran) == {"changed": [OK], "build": [OK, OK], "prod-sim": [OK], "deploy": [OK]}, ran
    assert team.serving == ("three", "four")
    ran = ci.run(Event("refs/heads/main", mended, "workflow_dispatch", {"to": ""}))
    assert results(ran) == {"rollback": [OK]}, ran
    assert "(production): went back" in ran["rollback"][0].summary
    assert team.serving == ("two", "one")
    return mended


def a_fresh_runner_knows_as_much(team: Team, ci: GitHub, last: str) -> None:
    """And one whose clone ends too early builds all, and deploys nothing of which it can't be told."""
    shallow = team.shop.folder / "shallow"
    shallow.mkdir()
    checkout(team.origin.folder, shallow, "refs/tags/v5", depth=1)
    surroundings = {"HOME": str(shallow), "BLUEGREEN_REF": "refs/tags/v5"}
    _, told = team.production.bash("bluegreen changed --env production", shallow, surroundings)
    assert told.count("yes    it can't be told what changed: ") == 2
    assert told.count("is not in this clone, which is shallow") == 2
    status, told = team.production.bash("bluegreen deploy --env production", shallow, surroundings)
    assert (status, "branches: main: it can't be told whether" in told) == (2, True), told

    (again,) = ci.run(Event("refs/tags/v5", last), only="deploy")["deploy"]
    assert again.result == OK, again
    assert team.serving == ("three", "four")


@pytest.mark.full
def test_over_ssh_the_host_is_asked_and_told(team: Team) -> None:
    origin = team.origin
    first = origin.release("first", "v1", server="one", store="one")
    ci = team.github(OVER_SSH)
    ran = ci.run(Event("refs/tags/v1", first))
    assert results(ran) == {"changed": [OK], "build": [OK, OK], "prod-sim": [OK], "deploy": [OK]}, ran
    assert "first deployment" in ran["deploy"][0].summary
    second = origin.release("second", "v2", store="two")
    ran = ci.run(Event("refs/tags/v2", second))
    assert results(ran) == {"changed": [OK], "build": [OK], "prod-sim": [OK], "deploy": [OK]}, ran
    assert (team.serving, team.pushed(second)) == (("one", "two"), {"store"})
    assert f"`{team.shop.named('server')}` | skipped |" in ran["deploy"][0].summary
    ran = ci.run(Event("refs/heads/main", second, "workflow_dispatch", {"to": ""}))
    assert results(ran) == {"rollback": [OK]}, ran
    assert team.serving == ("one", "one")
    broken_off = struck(team, ci, Event("refs/tags/v2", second), team.elsewhere, signal.SIGKILL)
    assert broken_off.result == "failure"
    assert team.serving == ("one", "one")
    _, history = team.production.bash("bluegreen history --env production --limit 1", origin.folder, {})
    assert "interrupted" in history


@pytest.mark.full
def test_gitlab_does_the_same(team: Team) -> None:
    ci, origin = team.gitlab(), team.origin
    ran = ci.run(origin.release("first", "v1", server="one", store="one"), tag="v1")
    assert statuses(ran) == {"changed": 0, "build": 0, "validate": 0, "deploy": 0}, ran
    ran = ci.run(origin.release("second", "v2", server="two"), tag="v2")
    assert statuses(ran) == {"changed": 0, "build": 0, "validate": 0, "deploy": 0}, ran
    assert f"`{team.shop.named('store')}` | skipped |" in ran["deploy"].files["summary.md"]
    assert team.serving == ("two", "one")
    broken = origin.release("third", store="broken")
    ran = ci.run(broken, branch="main")
    assert statuses(ran) == {"changed": 0, "build": 0, "validate": 1}, ran
    assert team.pushed(broken) == {"store"}
    ran = ci.run(origin.git("rev-parse", "v2"), tag="v2", manual="rollback")
    assert statuses(ran) == {"rollback": 0}, ran
    assert team.serving == ("one", "one")
