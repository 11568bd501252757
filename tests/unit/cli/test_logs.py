"""logs and proxy: what the containers print, and what nginx serves."""

import threading
from collections.abc import Iterator

import pytest

from bluegreen.model.errors import EngineError
from bluegreen.model.service import Service
from tests.unit.cli.shop import Shop


def replicas(shop: Shop, number: int) -> None:
    """Have the server run in several containers."""
    server = shop.project.services["server"]
    shop.project.services["server"] = server.model_copy(update={"replicas": number})
    for color in ("blue", "green"):
        for replica in range(1, number + 1):
            shop.engine.faults.healthcheck[f"server-{color}-{replica}"] = "healthy"


def test_logs_are_those_of_the_live_color_behind_the_name_of_each_replica(shop: Shop) -> None:
    replicas(shop, 11)
    shop.run("deploy", "--tag", "1")
    for replica in (1, 2, 10):
        shop.engine.processes[f"server-green-{replica}"].log += ["first", f"\x1b[31mlast of {replica}"]
    assert shop.run("logs", "server", "--tail", "1").out.splitlines() == [
        "server-green-1 | last of 1",
        "server-green-2 | last of 2",
        "server-green-10 | last of 10",
    ]


def test_the_logs_of_a_database_are_those_of_the_container_of_its_name(shop: Shop) -> None:
    shop.project.services["db"] = Service(name="db", kind="database", engine="postgres", version=17)
    shop.engine.foreign("db")
    shop.engine.processes["db"].log.append("ready")
    assert shop.run("logs", "db").out == "db | ready\n"


def test_followed_logs_of_several_containers_come_as_they_are_written(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    replicas(shop, 2)
    shop.run("deploy", "--tag", "1")
    first_said = threading.Event()

    def logs(name: str, tail: int, *, follow: bool) -> Iterator[str]:
        assert (tail, follow) == (100, True)
        if name.endswith("1"):
            first_said.wait(10)
            yield "after the other"
        else:
            yield "before the other"
            first_said.set()

    monkeypatch.setattr(shop.engine, "logs", logs)
    assert shop.run("logs", "server", "--follow").out.splitlines() == [
        "server-green-2 | before the other",
        "server-green-1 | after the other",
    ]


def test_an_engine_that_goes_away_ends_followed_logs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    replicas(shop, 2)
    shop.run("deploy", "--tag", "1")
    never = threading.Event()

    def logs(name: str, tail: int, *, follow: bool) -> Iterator[str]:
        assert (tail, follow) == (100, True)
        if name.endswith("1"):
            never.wait(10)
        yield "last words"
        raise EngineError("the engine is gone")

    monkeypatch.setattr(shop.engine, "logs", logs)
    ran = shop.run("logs", "server", "--follow")
    never.set()
    assert (ran.status, ran.out, ran.err) == (1, "server-green-2 | last words\n", "error: the engine is gone\n")


@pytest.mark.parametrize(
    ("service", "status", "error"),
    [
        ("shop", 2, "error: there is no service shop\n\nservices.yaml has: server, worker\n"),
        ("server", 1, "error: server has no container\n\nrun: bluegreen status\n"),
    ],
)
def test_without_a_container_there_are_no_logs(shop: Shop, service: str, status: int, error: str) -> None:
    ran = shop.run("logs", service)
    assert (ran.status, ran.out, ran.err) == (status, "", error)


def test_proxy_up_creates_what_it_needs_and_says_what_serves(shop: Shop) -> None:
    ran = shop.run("proxy", "up")
    assert (ran.status, ran.out) == (0, f"nginx serves generation {shop.proxy.generation}\n")
    assert "shop-network" in shop.engine.networks
    assert shop.proxy.running


def test_proxy_show_prints_the_generation_that_nginx_names_and_no_other(shop: Shop) -> None:
    shop.run("proxy", "up")
    for number in (shop.proxy.generation, shop.proxy.generation + 1):
        folder = shop.folder / "nginx" / "generations" / f"{number:06d}"
        folder.mkdir(parents=True)
        (folder / "nginx.conf").write_text(f"# generation {number}")
    assert shop.run("proxy", "show").out == f"# generation {shop.proxy.generation}\n"


def test_proxy_show_says_when_nobody_knows_what_serves(shop: Shop) -> None:
    ran = shop.run("proxy", "show")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == ("error: the proxy does not answer, so it is unknown what it serves\n\nrun: bluegreen proxy up\n")
