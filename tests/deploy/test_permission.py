"""Releases on purpose: the policy between a real repository and a project in memory."""

from pathlib import Path

import pytest

from bluegreen.deploy.candidates import ImageChoice
from bluegreen.deploy.deploy import DeployOptions, deploy, dry_run
from bluegreen.deploy.permission import Purpose
from bluegreen.model.errors import ConfigError
from tests.deploy.world import World
from tests.fakes.history import History
from tests.fakes.project import Events

CI = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "BLUEGREEN_COMMIT", "BLUEGREEN_REF", "BLUEGREEN_RUN")


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """The repository that services.yaml lies in; the environment of no CI."""
    for name in CI:
        monkeypatch.delenv(name, raising=False)
    return History(tmp_path)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A project that deploys tags of main alone."""
    world = World(tmp_path)
    rules = {"environment": "production", "release": "tag", "tags": ("v*",), "branches": ("main",)}
    world.project = world.project.model_copy(update=rules)
    return world


def events(world: World) -> list[str]:
    """The audit's words, the oldest first."""
    return [record.event for record in reversed(world.open().ledger.audits(10))]


def test_a_push_to_main_is_refused_before_anything_is_touched(world: World, history: History) -> None:
    history.commit("a")
    with pytest.raises(ConfigError) as caught:
        world.deploy("2")
    assert "production does not let this be deployed: release: tag (v*): this is the branch main" in str(caught.value)
    assert caught.value.hint == 'push a tag such as v*, and deploy that; or say why not: --override "reason"'
    assert (world.running(), world.engine.changes) == ([], [])
    assert len(events(world)) == 1
    assert events(world)[0].startswith("refused by release: tag (v*)")


def test_a_tag_that_matches_is_deployed(world: World, history: History) -> None:
    history.commit("a")
    history.git("tag", "v1")
    assert world.deploy("2").outcome == "deployed"


def test_a_tag_beside_the_branch_is_refused(world: World, history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    history.commit("a")
    history.git("checkout", "-q", "-b", "feature")
    commit = history.commit("b")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REF", "refs/tags/v1")
    monkeypatch.setenv("GITHUB_SHA", commit)
    with pytest.raises(ConfigError, match=f"branches: main: {commit[:10]} is not in main"):
        world.deploy("2")


def test_the_commit_that_a_tag_of_images_names_is_the_one_that_is_judged(
    world: World, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = history.commit("a")
    history.git("checkout", "-q", "-b", "feature")
    other = history.commit("b")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REF", "refs/tags/v1")
    monkeypatch.setenv("GITHUB_SHA", released)
    with pytest.raises(ConfigError, match=r"release: tag \(v\*\): .*the branch feature.* at " + other[:10]):
        world.deploy(other)
    with pytest.raises(ConfigError, match=f"branches: main: {other[:10]} is not in main"):
        world.deploy(other, purpose=Purpose("refs/tags/v2"))
    monkeypatch.setenv("BLUEGREEN_COMMIT", "f" * 40)
    with pytest.raises(ConfigError, match="no tag or branch is known at ffffffffff"):
        world.deploy("2")


def test_the_commit_of_an_image_that_is_named_is_judged_too(world: World, history: History) -> None:
    history.commit("a")
    history.git("tag", "v1")
    history.git("checkout", "-q", "-b", "feature")
    other = history.commit("b")
    history.git("checkout", "-q", "main")
    options = DeployOptions(choice=ImageChoice(images={"server": f"shop:{other}"}))
    with pytest.raises(ConfigError, match=f"branches: main: {other[:10]} is not in main"):
        deploy(world.open(), options, Events())


def test_the_options_are_stronger_than_the_checkout_and_the_commit_is_recorded(world: World, history: History) -> None:
    commit = history.commit("a")
    history.commit("b")
    assert world.deploy("2", purpose=Purpose("refs/tags/v1", commit)).outcome == "deployed"
    assert world.open().ledger.history(1, None)[0].commit == commit


def test_what_git_can_not_tell_is_refused_with_the_remedy(world: World, history: History) -> None:
    commit = history.commit("a")
    world.project = world.project.model_copy(update={"branches": ("stable",)})
    with pytest.raises(ConfigError, match=r"there is no branch stable .*\(git fetch origin stable\)"):
        world.deploy("2", purpose=Purpose("refs/tags/v1", commit))


def test_an_override_deploys_and_its_reason_is_in_the_audit(world: World, history: History) -> None:
    history.commit("a")
    report = world.deploy("2", purpose=Purpose(override="hotfix, see #42"))
    assert report.outcome == "deployed"
    assert report.notes[0].startswith("overridden: release: tag (v*): this is the branch main")
    assert events(world)[0].endswith(": hotfix, see #42")
    assert events(world)[0].startswith("overrides release: tag (v*)")


def test_an_override_that_is_not_needed_leaves_no_trace(world: World, history: History) -> None:
    history.commit("a")
    history.git("tag", "v1")
    world.deploy("2", purpose=Purpose(override="to be sure"))
    assert events(world) == ["begun", "done"]


def test_a_plan_says_that_it_would_be_refused(world: World, history: History) -> None:
    history.commit("a")
    (note,) = dry_run(world.open(), DeployOptions()).notes
    assert note.startswith("deploy would refuse this: release: tag (v*): this is the branch main")


def test_a_rollback_is_never_refused(world: World, history: History) -> None:
    history.commit("a")
    history.git("tag", "v1")
    world.deploy("1")
    world.deploy("2")
    history.commit("b")
    assert world.rollback().outcome == "deployed"
