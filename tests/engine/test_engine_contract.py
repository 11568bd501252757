"""The engine in memory, which other tests stand on, behaves as the real one does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import docker
import pytest

from bluegreen.engine.adopted import Adopted
from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.machine import DockerMachine
from bluegreen.model.container import Container, Happening, Heard, Label, State
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import Engine
from bluegreen.model.release import Image
from tests.engine.containers import IDLE, IMAGE, spec
from tests.fakes.engine import FakeEngine
from tests.waiting import wait_until


@pytest.fixture(params=["real", "in memory"])
def either(request: pytest.FixtureRequest, engine: docker.APIClient, project: str, tmp_path: Path) -> Engine:
    """Both engines, one after the other."""
    if request.param == "real":
        DockerMachine(engine, project).create_network(project)
        return DockerEngine(engine, project, project, adopted=Adopted(tmp_path))
    fake = FakeEngine(project)
    fake.has(Image(IMAGE, f"sha256:{'1' * 64}"))
    return fake


def same(container: Container | None, other: Container) -> bool:
    """Whether it is the same container, but for its state."""
    return container is not None and replace(container, state=other.state, address=other.address) == other


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(EngineError) as caught:
        call()
    return caught.value.message


def test_a_container_lives(either: Engine, project: str) -> None:
    heard: list[Heard] = []
    subscription = either.listen(heard.append)
    started = either.start(spec(project))
    assert (started.state, started.release, started.service, started.ours) == (State.RUNNING, "R1", "web", True)
    assert started.address
    assert either.containers() == (started,)
    assert either.find(started.name) == started == either.start(spec(project))
    vitals = either.inspect(started.name)
    assert (vitals.state, vitals.restarts, vitals.address, vitals.health) == (State.RUNNING, 0, started.address, None)
    either.stop(started.name, 5)
    either.stop(started.name, 5)
    stopped = either.find(started.name)
    assert same(stopped, started)
    assert stopped
    assert (stopped.state, stopped.address) == (State.EXITED, None)
    either.start(spec(project))
    either.start(spec(project))
    assert either.inspect(started.name).state is State.RUNNING
    either.remove(started.name)
    either.remove(started.name)
    assert either.containers() == ()
    wait_until(lambda: len(heard) == 4, "all is heard")
    first, last = Heard(started.name, Happening.STARTED), Heard(started.name, Happening.DIED, 137)
    assert heard == [first, Heard(started.name, Happening.DIED, 0), first, last]
    subscription.close()


def test_refusals_have_the_same_words(either: Engine, project: str) -> None:
    name = either.start(spec(project, release="R1")).name
    assert refusal(lambda: either.start(spec(project, release="R2"))) == (
        f"the name {name} is taken by release R1 (deployment none, running)"
    )
    absent = f"{project}-absent"
    assert refusal(lambda: either.inspect(absent)) == f"there is no container {absent}"
    assert refusal(lambda: list(either.logs(absent))) == f"there is no container {absent}"
    assert refusal(lambda: either.image_of(absent)) == f"there is no container {absent}"
    assert absent in refusal(lambda: either.signal(absent, "HUP"))
    assert absent in refusal(lambda: either.execute(absent, ("true",), 1))
    assert "No such image: none:1" in refusal(lambda: either.start(spec(project, name="other", image="none:1")))


def test_images_are_told_apart_by_their_ids(either: Engine, project: str) -> None:
    assert either.image_id("nobody/has-it:1") == ""
    known = either.image_id(IMAGE)
    assert known.startswith("sha256:")
    assert either.image_of(either.start(spec(project)).name) == known


def test_a_one_off_container_leaves_nothing(either: Engine, project: str) -> None:
    lines: list[str] = []
    assert either.run(spec(project, "true"), 20, lines.append) == 0
    assert lines == []
    assert either.containers() == ()
    either.start(spec(project))
    assert either.execute(f"{project}-web-blue", ("true",), 10).status == 0


def test_an_end_is_told_as_it_was(either: Engine, project: str) -> None:
    if isinstance(either, FakeEngine):
        either.faults.exits_on_start = {f"{project}-once": 3, f"{project}-loop": 4}
    once = either.start(spec(project, "sh", "-c", "exit 3", name="once", restart="no")).name
    loop = either.start(spec(project, "sh", "-c", "exit 4", name="loop")).name
    wait_until(lambda: either.inspect(once).died() == "exited with status 3", "the end")
    wait_until(lambda: either.inspect(loop).died() == "exited with status 4 and was restarted", "the loop")
    assert either.inspect(loop).restarts > 0
    either.stop(loop, 1)
    assert either.inspect(loop).state is State.EXITED


@pytest.fixture
def theirs(either: Engine, engine: docker.APIClient, project: str) -> Iterator[Container]:
    """A container that others have started."""
    name = f"{project}-web"
    if isinstance(either, FakeEngine):
        either.foreign(name, IMAGE)
    else:
        engine.create_container(IMAGE, list(IDLE), name=name)
        engine.start(name)
    found = either.find(name)
    assert found
    yield found
    if not isinstance(either, FakeEngine):
        engine.remove_container(found.id, force=True)


def test_what_others_made_is_adopted_and_kept_when_it_is_removed(
    either: Engine, theirs: Container, project: str
) -> None:
    name, labels = theirs.name, spec(project).labels
    assert (theirs.ours, either.containers()) == (False, ())
    assert "refuse to touch" in refusal(lambda: either.rename(name, f"{name}-green"))
    either.adopt(name, {**labels, Label.SERVICE: name})
    (adopted,) = either.containers()
    assert (adopted.id, adopted.adopted, adopted.service, adopted.release) == (theirs.id, True, name, "R1")
    either.rename(name, f"{name}-green")
    assert either.find(name) is None
    assert either.callers(f"{name}-green", 3000) == {}
    either.remove(f"{name}-green")
    either.remove(f"{name}-green")
    kept = either.find(f"{name}-before")
    assert kept
    assert (kept.id, kept.ours, kept.running) == (theirs.id, False, False)
    assert either.inspect(kept.name).settings.restart == "no"
    assert either.containers() == ()
