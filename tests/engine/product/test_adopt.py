"""From `docker run` to bluegreen under load: by a host's nginx that stands in front, and by the port itself."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import docker
import httpx
import pytest

from benchmarks.load import Fresh, KeepAlive, Plan, Report, Target, running, table
from benchmarks.load.plan import ORDER
from benchmarks.load.samples import Outcome
from tests.engine.product.conftest import opened
from tests.engine.product.shop import HOST, Shop
from tests.faults.tally import tell
from tests.waiting import wait_until

PUBLIC = Plan(
    (
        KeepAlive(count=8, rate=120),
        KeepAlive(count=4, rate=40, method="POST", path="/orders", body=ORDER),
        Fresh(count=2, rate=40),
        KeepAlive(count=2, path="/slow?ms=300", name="300 ms"),
    ),
    seconds=300,
)
INTERNAL = Plan((KeepAlive(count=4, rate=60), Fresh(count=2, rate=20)), seconds=300)
DIRECT = Plan((KeepAlive(count=1, rate=20),), seconds=60)
KILLED = -signal.SIGKILL
SHORTEST = 1.0
"""Seconds that a port may answer nobody while it changes hands."""
FRONT = """
daemon off;
error_log stderr;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    server {{
        listen 80;
        keepalive_min_timeout 10s;
        location / {{
            proxy_pass {to};
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


@dataclass
class ByHand:
    """A host as it was: a network, containers that `docker run` started, and one that calls the server by its name."""

    shop: Shop

    @property
    def engine(self) -> docker.APIClient:
        return self.shop.engine

    def prepare(self) -> None:
        """Make the network, and describe the server."""
        self.engine.create_network(self.shop.project, labels={"bluegreen.project": self.shop.project})
        self.shop.web(drain_timeout="10s", bake={"for": "2s"})

    def run(self, service: str, image: str = "bluegreen-shop:v1", *command: str, port: int = 0, **more: Any) -> str:
        """As `docker run -d --name … --network … -p …`; return its address."""
        published: Any = {3000: ("127.0.0.1", port)} if port else {}
        binds = more.pop("binds", None)
        name = self.shop.named(service)
        network: Any = {self.shop.project: self.engine.create_endpoint_config()}
        self.engine.create_container(
            image,
            list(command) or None,
            name=name,
            ports=list(published) or more.pop("ports", None),
            host_config=self.engine.create_host_config(
                port_bindings=published or more.pop("port_bindings", {}), binds=binds
            ),
            networking_config=self.engine.create_networking_config(network),
            **more,
        )
        self.engine.start(name)
        return self.address(service)

    def address(self, service: str) -> str:
        """Its address on the network."""
        found: str = self.shop.inspect(service)["NetworkSettings"]["Networks"][self.shop.project]["IPAddress"]
        return found

    def neighbour(self) -> Target:
        """A storefront that is no service of ours, and asks the server by its canonical name for each request."""
        url = f"http://{self.shop.named('server')}:3000"
        self.run("neighbour", "bluegreen-shop:v1", "storefront", environment={"SERVER_URL": url})
        return self._neighbour()

    def restarted_neighbour(self) -> Target:
        """The same, without its connections from before."""
        self.engine.restart(self.shop.named("neighbour"), timeout=5)
        return self._neighbour()

    def _neighbour(self) -> Target:
        target = Target(f"http://{self.address('neighbour')}:3000", host=HOST)
        wait_until(lambda: answers(target.url), "the neighbour answers", 10)
        return target


def answers(url: str) -> bool:
    try:
        return httpx.get(url, headers={"Host": HOST}, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def by_hand(shop: Shop) -> ByHand:
    found = ByHand(shop)
    found.prepare()
    return found


@contextmanager
def watched(target: Target, plan: Plan) -> Iterator[list[Report]]:
    """Put load on it within the block; the report is there after it."""
    found: list[Report] = []
    with running(target, plan) as load:
        load.wait_for_answers(50)
        yield found
        load.wait_for_answers(50)
    found.append(load.report)
    print(table(load.report))


def adopted_and_deployed(by_hand: ByHand, between: Callable[[], None] = lambda: None) -> Any:
    """Adopt and deploy while a neighbour calls by name; it loses nothing, nor does it keep connections from before."""
    shop, neighbour = by_hand.shop, by_hand.neighbour()
    before = shop.inspect("server")
    with watched(neighbour, INTERNAL) as adopting:
        shop.run("adopt")
        now = shop.inspect("server-blue")
        assert [now["Id"], now["State"]["StartedAt"]] == [before["Id"], before["State"]["StartedAt"]]
        assert shop.status()["drift"] == []
    neighbour = by_hand.restarted_neighbour()
    between()
    with watched(neighbour, INTERNAL) as deploying:
        report = shop.deploy("--tag", "v2")
    for found in adopting + deploying:
        assert found.counts().lost == 0, table(found)
    assert (report["outcome"], shop.containers()) == ("deployed", ["server-green"])
    kept = shop.inspect("server-before")
    assert (kept["Id"], kept["State"]["Running"]) == (before["Id"], False)
    assert kept["HostConfig"]["RestartPolicy"]["Name"] == "no"
    return report


def test_behind_an_nginx_nothing_is_lost(by_hand: ByHand, free_port: Any, tmp_path: Path) -> None:
    """Adopt, lead the nginx that stands in front to the proxy, deploy; before that, deploy refuses."""
    shop, direct, front = by_hand.shop, free_port(), free_port()
    by_hand.run("server", port=direct)
    conf = tmp_path / "front"
    conf.mkdir()

    def lead(to: str) -> None:
        (conf / "nginx.conf").write_text(FRONT.format(to=to))

    lead(f"http://{by_hand.address('server')}:3000")
    by_hand.run(
        "front", "nginx:1.30", "-c", "/front/nginx.conf", entrypoint=["nginx"], ports=[80],
        port_bindings={80: ("127.0.0.1", front)}, binds=[f"{conf}:/front:ro"],
    )  # fmt: skip
    target = Target(f"http://127.0.0.1:{front}", host=HOST)
    wait_until(lambda: answers(target.url), "the front answers", 10)

    def led_to_the_proxy() -> None:
        with running(Target(f"http://127.0.0.1:{direct}", host=HOST), DIRECT):
            refused = shop.run("deploy", "--tag", "v2", expect=1)
        assert "is still called past nginx" in refused.err
        lead(f"http://{shop.named('proxy')}:80")
        shop.engine.kill(shop.named("front"), "HUP")

    with watched(target, PUBLIC) as public:
        adopted_and_deployed(by_hand, led_to_the_proxy)
    assert public[0].counts().lost == 0, table(public[0])
    assert [span.release for span in public[0].spans()] == ["v1", "v2"]
    shop.run("rollback")
    assert shop.answered() == "v1"


def test_a_published_port_changes_hands_in_less_than_a_second(by_hand: ByHand) -> None:
    """What is refused or cut is begun before the gap's end and lies within it; inside the network nothing is."""
    shop = by_hand.shop
    by_hand.run("server", port=shop.port)
    wait_until(lambda: answers(shop.target.url), "the server answers", 10)
    with watched(shop.target, PUBLIC) as public:
        adopted_and_deployed(by_hand)
    report = public[0]
    lost = [row for row in report.samples if row.outcome > Outcome.ENDED]
    assert lost, "two sockets at one port"
    gap = max(row.at + row.took for row in lost) - min(row.at + row.took for row in lost)
    print(f"{len(lost)} of {len(report.samples)} lost; from first to last {gap:.3f} s; {report.longest_gap()}")
    assert gap < SHORTEST
    assert report.longest_gap().seconds < 2 * SHORTEST
    assert [span.release for span in report.spans()] == ["v1", "v2"]
    assert shop.engine.networks(names=[f"0-{shop.project}-ports", f"{shop.project}-apart"]) == []


JOIN = "bluegreen.engine.taking_over:TakingOver._connect"
DEATHS = (
    ("after", "bluegreen.engine.adopted:Adopted.add"),
    ("before", JOIN),
    ("after", JOIN),
    ("before", "bluegreen.engine.docker:DockerEngine.rename"),
    ("after", "bluegreen.engine.docker:DockerEngine.rename"),
)
DEATHS_OF_THE_FIRST_DEPLOYMENT = (
    ("after", "bluegreen.proxy.store:Store.activate"),
    ("after", "bluegreen.proxy.nginx:Nginx.switch"),
    ("before", "bluegreen.engine.docker:DockerEngine._put_aside"),
    ("before", "bluegreen.engine.adopted:Adopted.drop"),
)


def test_killed_anywhere_nobody_notices(by_hand: ByHand, free_port: Any) -> None:
    """One `adopt` and one `deploy` after the other, each killed a step further than the last."""
    shop = by_hand.shop
    shop.web(drain_timeout="3s", bake={"for": "0s"})
    shop.worker()
    by_hand.run("server", port=free_port())
    by_hand.run("worker", "bluegreen-shop:v1", "worker")
    neighbour = by_hand.neighbour()
    with watched(neighbour, INTERNAL) as adopting:
        for death in DEATHS:
            shop.dies(*death, "adopt")
        shop.run("adopt")
    assert shop.answered() == "v1"
    neighbour = by_hand.restarted_neighbour()
    with watched(neighbour, INTERNAL) as deploying:
        for death in DEATHS_OF_THE_FIRST_DEPLOYMENT:
            shop.dies(*death, "deploy", "--tag", "v2")
        shop.deploy("--tag", "v2")
    for found in adopting + deploying:
        assert found.counts().lost == 0, table(found)
    assert (shop.answered(), shop.containers()) == ("v2", ["server-green", "worker-green"])
    assert not any(shop.inspect(f"{service}-before")["State"]["Running"] for service in ("server", "worker"))
    assert shop.status()["drift"] == []


def test_killed_while_the_port_changes_hands_the_next_command_has_it_answer(by_hand: ByHand) -> None:
    shop = by_hand.shop
    by_hand.run("server", port=shop.port)
    wait_until(lambda: answers(shop.target.url), "the server answers", 10)
    shop.dies("before", JOIN, "adopt")
    assert not answers(shop.target.url)
    assert answers(f"http://{by_hand.address('server')}:3000")
    shop.run("adopt")
    assert shop.answered() == "v1"
    assert list(shop.inspect("server-blue")["NetworkSettings"]["Networks"]) == [shop.project]


def test_a_container_of_the_default_network_that_joined_the_projects(by_hand: ByHand) -> None:
    """Its port is published on the default one, and comes free all the same."""
    shop, name = by_hand.shop, by_hand.shop.named("server")
    bindings = shop.engine.create_host_config(port_bindings={3000: ("127.0.0.1", shop.port)})
    shop.engine.create_container("bluegreen-shop:v1", name=name, ports=[3000], host_config=bindings)
    shop.engine.start(name)
    refused = shop.run("adopt", expect=1)
    assert f"docker network connect {shop.project} {name}" in refused.err
    shop.engine.connect_container_to_network(name, shop.project)
    wait_until(lambda: answers(shop.target.url), "the server answers", 10)
    shop.run("adopt")
    assert shop.answered() == "v1"
    assert sorted(shop.inspect("server-blue")["NetworkSettings"]["Networks"]) == sorted(["bridge", shop.project])
    shop.deploy("--tag", "v2")
    assert shop.answered() == "v2"


def test_a_port_that_someone_else_has_leaves_all_as_it_was(by_hand: ByHand, free_port: Any) -> None:
    shop = by_hand.shop
    direct = free_port()
    by_hand.run("server", port=direct)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", shop.port))
        taken.listen()
        refused = shop.run("adopt", expect=1)
    assert str(shop.port) in refused.err
    assert answers(f"http://127.0.0.1:{direct}")
    assert shop.containers() == []
    shop.run("adopt")
    assert shop.answered() == "v1"


@pytest.mark.full
@pytest.mark.timeout(7000)
def test_killed_at_every_side_effect(
    engine: docker.APIClient, shop_images: None, free_port: Callable[[], int], tmp_path: Path
) -> None:
    del shop_images
    for k in count(1):
        folder = tmp_path / str(k)
        folder.mkdir()
        with opened(engine, folder, free_port()) as shop:
            status = killed_and_adopted(ByHand(shop), f"kill:before:{k}")
        if status == 0:
            break
    tell(f"real engine, adopt: killed at {k - 1} points")
    assert k > 20


@pytest.mark.parametrize("k", [12, 24, 36])
def test_killed_here_and_there(k: int, shop: Shop) -> None:
    killed_and_adopted(ByHand(shop), f"kill:before:{k}")


def killed_and_adopted(by_hand: ByHand, fault: str) -> int:
    """Kill `adopt` there on a host of its own, where the port changes hands; adopt and deploy then."""
    shop = by_hand.shop
    by_hand.prepare()
    direct = f"http://{by_hand.run('server', port=shop.port)}:3000"
    wait_until(lambda: answers(shop.target.url), "the server answers", 10)
    ran = shop.faulty(fault, "adopt")
    assert ran.status in (0, KILLED), ran
    assert answers(direct), "the old container goes on"
    shop.run("adopt")
    assert shop.answered() == "v1"
    shop.deploy("--tag", "v2")
    assert (shop.answered(), shop.containers()) == ("v2", ["server-green"])
    assert shop.status()["drift"] == []
    return ran.status
