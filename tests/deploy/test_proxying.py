"""A proxy that is made anew: the old container serves until the new one can, and again where the new one can't."""

from pathlib import Path

import pytest

from bluegreen.deploy.proxying import proxy_up
from bluegreen.deploy.workspace import Workspace
from bluegreen.ledger.ledger import Ledger
from bluegreen.ledger.records import Author
from bluegreen.model.errors import BluegreenError, EngineError, NeedsHuman, NoSuchImage, ProxyError
from bluegreen.model.release import Image
from bluegreen.proxy.container import Identity
from bluegreen.proxy.nginx import Nginx
from tests.fakes.hooks import FakeHooks
from tests.fakes.nginx import FakeNginx, NginxEngine
from tests.fakes.notifier import FakeNotifier
from tests.fakes.project import project
from tests.faults.effects import Effects

WEB: dict[str, object] = {"image": "shop:1", "port": 3000}
NEW = "nginx:1.32"
TAKEN = "driver failed: Bind for 0.0.0.0:8080 failed: port is already allocated"


class Front:
    """A project whose proxy serves, of `nginx:1.30`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = NginxEngine()
        self.nginx = self.engine.nginx = FakeNginx(self.engine, folder / "nginx")
        self.project = project({"server": WEB})
        self.up()

    def wants(self, **settings: object) -> None:
        """services.yaml says something else of the proxy."""
        self.project = self.project.model_copy(update={"proxy": self.project.proxy.model_copy(update=settings)})

    def up(self, *, replace: bool = False) -> int:
        """Run `bluegreen proxy up`; return the generation that serves."""
        with self.nginx.beneath(Effects()):
            return proxy_up(self._open(), replace=replace)

    def refused(self, kind: type[BluegreenError]) -> str:
        """Run `bluegreen proxy up --replace`, which fails; return what it says."""
        with pytest.raises(kind) as caught:
            self.up(replace=True)
        assert type(caught.value) is kind
        return caught.value.message

    def version(self) -> str:
        """What the proxy is said to run."""
        with self.nginx.beneath(Effects()):
            return self._open().proxy.capabilities().version

    @property
    def container(self) -> str:
        """The id of the container that runs, which is the only one."""
        (process,) = self.engine.processes.values()
        assert process.container.name == "shop-proxy"
        assert process.container.running
        assert self.nginx.workers
        return process.container.id

    def _open(self) -> Workspace:
        identity = Identity("shop", "shop-proxy", "shop-network", self.project.proxy.image, self.folder)
        engine, ledger = self.engine, Ledger(self.folder)
        author, proxy = Author("test@here", "terminal", "test"), Nginx(engine, identity, ledger)
        folder, others = self.folder, (FakeHooks(), ledger, author, FakeNotifier())
        return Workspace(self.project, folder, folder, engine, engine, engine, proxy, *others)


@pytest.fixture
def front(tmp_path: Path) -> Front:
    return Front(tmp_path)


def fails_first(engine: NginxEngine, words: str) -> None:
    """The next container that is started doesn't start."""
    start = engine._start

    def refuse(name: str) -> None:
        engine._start = start  # type: ignore[method-assign]
        raise EngineError(f"start container {name}: {words}")

    engine._start = refuse  # type: ignore[method-assign]


def test_an_image_is_pulled_before_the_old_container_stops(front: Front) -> None:
    before = front.container
    front.engine.registry[NEW] = f"sha256:{'2' * 64}"
    front.wants(image=NEW)
    assert front.up(replace=True) == front.nginx.generation
    assert front.container != before
    assert front.engine.processes["shop-proxy"].container.image == NEW
    verbs = [change.verb for change in front.engine.changes]
    assert verbs.index("pull") < verbs.index("stop")


def test_an_image_that_nobody_has_stops_nothing(front: Front) -> None:
    before = front.container
    front.wants(image=NEW)
    assert front.refused(NoSuchImage) == f"there is no image {NEW}"
    assert front.container == before


def test_an_image_that_does_not_arrive_stops_nothing(front: Front) -> None:
    before = front.container
    front.engine.registry[NEW], front.engine.faults.pull_breaks[NEW] = f"sha256:{'2' * 64}", "unexpected EOF"
    front.wants(image=NEW)
    assert "unexpected EOF" in front.refused(EngineError)
    assert front.container == before


def test_what_the_new_nginx_refuses_stops_nothing(front: Front) -> None:
    before = front.container
    front.wants(http=8080)
    front.nginx.refuses = True
    assert front.refused(ProxyError).startswith("nginx refuses the new configuration: [emerg] unknown directive")
    assert front.container == before
    front.nginx.refuses = False
    front.up(replace=True)
    assert front.container != before


def test_where_the_new_one_does_not_start_the_old_one_serves_again(front: Front) -> None:
    before, generation = front.container, front.nginx.generation
    front.wants(http=8080)
    fails_first(front.engine, TAKEN)
    assert front.refused(ProxyError) == f"start container shop-proxy: {TAKEN}; the proxy of before serves again"
    assert (front.container, front.nginx.generation) == (before, generation)
    front.wants(http=80)
    assert front.up() == generation, "it is up to date"


def test_where_neither_starts_it_is_told_that_nothing_serves(front: Front) -> None:
    front.wants(http=8080)
    front.engine.faults.refuses_to_start["shop-proxy"] = TAKEN
    words = f"start container shop-proxy: {TAKEN}"
    assert front.refused(NeedsHuman) == (
        f"{words}; nothing serves, for the proxy of before does not start again: {words}"
    )
    front.engine.faults.refuses_to_start.clear()
    front.up()
    assert front.container


def test_a_proxy_that_is_silent_is_replaced_all_the_same(front: Front) -> None:
    before = front.container
    front.wants(http=8080)
    front.nginx.silent, start = True, front.engine._start

    def answers_again(name: str) -> None:
        front.nginx.silent = False
        start(name)

    front.engine._start = answers_again  # type: ignore[method-assign]
    front.up(replace=True)
    assert front.container != before


def test_what_an_nginx_can_do_is_known_of_the_image_and_not_of_its_tag(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert front.version() == "1.30.0"
    front.engine.has(Image("nginx:1.30", f"sha256:{'3' * 64}"))
    monkeypatch.setattr("tests.fakes.nginx.VERSION", "nginx version: nginx/1.30.9")
    assert front.version() == "1.30.0", "it runs the image of before"
    front.engine.remove("shop-proxy")
    front.up()
    assert front.version() == "1.30.9"


def test_a_proxy_that_stopped_is_made_of_what_its_tag_means_by_now(front: Front) -> None:
    before = front.container
    front.engine.stop("shop-proxy", 1)
    front.up()
    assert front.container == before
    front.engine.stop("shop-proxy", 1)
    front.engine.has(Image("nginx:1.30", f"sha256:{'3' * 64}"))
    front.up()
    assert front.container != before
