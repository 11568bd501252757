"""A deployment of one commit: what was built at it, what was not, and what its sources have to do with that."""

from pathlib import Path

import pytest

from bluegreen.deploy.candidates import ImageChoice
from bluegreen.deploy.deploy import DeployOptions, deploy, dry_run
from bluegreen.deploy.report import Report
from bluegreen.model.errors import EngineError, NoSuchImage, RegistryUnavailable
from bluegreen.model.release import Image
from tests.deploy.world import WEB, World
from tests.fakes.history import History
from tests.fakes.project import has_images


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """The repository that services.yaml lies in; the environment of no CI."""
    for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "BLUEGREEN_COMMIT", "BLUEGREEN_REF", "BLUEGREEN_RUN"):
        monkeypatch.delenv(name, raising=False)
    return History(tmp_path)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A server and a store, each of a folder of its own."""
    services = {
        name: {**WEB, "image": f"acme/{name}", "source": (name,), "ignore": ("**/*.md",)}
        for name in ("server", "store")
    }
    return World(tmp_path, **services)


def built(world: World, commit: str, *names: str, digest: str = "") -> None:
    """Have the registry, and the engine, the images of a commit."""
    for name in names:
        ref = f"acme/{name}:{commit}"
        world.engine.registry[ref] = f"sha256:{(digest or commit):0<64.64}"
        world.engine.has(Image(ref, f"acme/{name}@{world.engine.registry[ref]}"))


def released(world: World, commit: str, **options: object) -> Report:
    """Run `bluegreen deploy --tag COMMIT` at this commit."""
    workspace = world.open().at(commit)
    return deploy(workspace, DeployOptions((), ImageChoice(commit), **options), world.events)  # type: ignore[arg-type]


def why(report: Report) -> dict[str, str]:
    """Each service with its reason."""
    return {row.service: row.why for row in report.services}


def first(world: World, history: History) -> str:
    """Deploy the first commit; return it."""
    commit = history.commit("server/a", "store/a")
    built(world, commit, "server", "store")
    assert released(world, commit).outcome == "deployed"
    return commit


def test_what_was_not_built_since_its_sources_did_not_change_stays(world: World, history: History) -> None:
    one = first(world, history)
    two = history.commit("server/b", "docs/a.md")
    built(world, two, "server")
    report = released(world, two)
    assert [row.service for row in report.services if row.new_release] == ["server"]
    assert why(report)["store"] == f"unchanged: no source changed since {one[:10]}"
    (note,) = [note for note in report.notes if note.startswith("store: ")]
    assert note == (
        f"store: there is no image acme/store:{two}, and no source changed since {one[:10]}: the one that runs stays"
    )


def test_a_commit_of_documentation_deploys_nothing(world: World, history: History) -> None:
    first(world, history)
    assert released(world, history.commit("server/notes.md", "docs/a.md")).outcome is None


def test_a_service_that_had_to_be_built_and_was_not_ends_the_deployment(world: World, history: History) -> None:
    one = first(world, history)
    two = history.commit("server/b")
    with pytest.raises(NoSuchImage, match=f"acme/server:{two}; 1 source file changed since {one[:10]}: server/b") as e:
        released(world, two)
    assert e.value.hint.startswith("build it: bluegreen changed")
    assert len(world.running()) == 2


def test_where_no_registry_can_be_asked_it_is_said_too_what_was_to_be_built(world: World, history: History) -> None:
    one = first(world, history)
    two = history.commit("server/b")
    world.engine.faults.registry_gone = True
    with pytest.raises(
        RegistryUnavailable, match=f"no such host; 1 source file changed since {one[:10]}: server/b"
    ) as e:
        released(world, two)
    assert e.value.hint == "is it up, and reachable from here?\nif it was not built yet: bluegreen changed"


@pytest.mark.parametrize("lost", ["history", "git"])
def test_what_can_not_be_told_is_never_taken_for_unchanged(
    world: World, history: History, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    first(world, history)
    two = "0123456789" * 4
    if lost == "git":
        two = history.commit("docs/a.md")
        monkeypatch.setenv("PATH", "")
    with pytest.raises(NoSuchImage, match="it can't be told whether its source changed: "):
        released(world, two)


def test_a_new_configuration_is_deployed_with_the_image_that_runs(world: World, history: History) -> None:
    one = first(world, history)
    services = dict(world.project.services)
    services["store"] = services["store"].model_copy(update={"environment": {"COLOR": "red"}})
    world.project = world.project.model_copy(update={"services": services})
    report = released(world, history.commit("services.yaml"))
    (row,) = [row for row in report.services if row.new_release]
    assert (row.service, row.why, row.new_image) == ("store", "configuration: environment", f"acme/store:{one}")
    assert {c.commit for c in world.engine.containers()} == {one}


def test_an_image_that_was_built_again_is_deployed_and_the_reason_says_so(world: World, history: History) -> None:
    one = first(world, history)
    two = history.commit("docs/a.md")
    built(world, two, "server", "store", digest="b")
    assert why(released(world, two))["server"].endswith(f", built again: no source changed since {one[:10]}")


def test_a_service_that_changed_and_whose_image_did_not_is_skipped_with_a_question(
    world: World, history: History
) -> None:
    one = first(world, history)
    two = history.commit("store/b")
    built(world, two, "server", "store", digest=one)
    expected = f"unchanged, although 1 source file changed since {one[:10]}: store/b: was its image built?"
    assert why(released(world, two))["store"] == expected


def test_an_image_that_was_asked_for_by_name_is_never_replaced_by_the_one_that_runs(
    world: World, history: History
) -> None:
    first(world, history)
    two = history.commit("docs/a.md")
    choice = ImageChoice(two, {"store": f"acme/store:{two}"})
    with pytest.raises(NoSuchImage):
        dry_run(world.open().at(two), DeployOptions((), choice))


def test_another_repository_is_not_taken_for_the_one_that_runs(world: World, history: History) -> None:
    first(world, history)
    services = dict(world.project.services)
    services["store"] = services["store"].model_copy(update={"image": "other/store"})
    world.project = world.project.model_copy(update={"services": services})
    with pytest.raises(NoSuchImage, match="other/store"):
        released(world, history.commit("docs/a.md"))


def test_the_commit_of_a_release_is_the_one_that_its_tag_names(world: World, history: History) -> None:
    one = history.commit("server/a", "store/a")
    built(world, one, "server", "store")
    deploy(world.open().at(history.commit("docs/a.md")), DeployOptions((), ImageChoice(one)), world.events)
    assert {c.commit for c in world.engine.containers()} == {one}


def test_of_an_image_that_no_registry_has_none_is_asked_in_vain(
    world: World, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = history.commit("server/a", "store/a")
    has_images(world.engine, f"acme/server:{one}", f"acme/store:{one}")
    released(world, one)
    resolve = world.engine.resolve

    def offline(ref: str, policy: str, platform: str | None) -> Image:
        if policy != "never":
            raise EngineError("ask the registry: no such host")
        return resolve(ref, policy, platform)

    monkeypatch.setattr(world.engine, "resolve", offline)
    assert released(world, history.commit("docs/a.md")).outcome is None


def test_force_moves_what_was_kept(world: World, history: History) -> None:
    first(world, history)
    report = released(world, history.commit("docs/a.md"), force=True)
    assert why(report) == {"server": "forced", "store": "forced"}
