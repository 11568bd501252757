import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.shop.process import SHOP, process, server


def test_a_storefront_asks_the_server_on_each_request() -> None:
    with server(release="s7") as shop, process("storefront", server_url=f"http://127.0.0.1:{shop.port}") as front:
        answer = front.listens().ask("GET", "/")
        assert (answer.headers["X-Release"], answer.headers["X-Server-Release"]) == ("v1", "s7")
        assert (answer.json["release"], answer.json["server"]) == ("v1", "s7")
        orders = [front.ask("POST", "/orders", b'{"id": "a"}') for _ in range(2)]
        assert ["X-Duplicate" in order.headers for order in orders] == [False, True]


@pytest.mark.parametrize(
    ("knobs", "error"),
    [({"exit_after_requests": 0}, "IncompleteReadError"), ({"fail_after_requests": 0}, "the server answered 500")],
)
def test_a_storefront_tells_what_its_server_did_not_do(knobs: dict[str, object], error: str) -> None:
    with server(**knobs) as shop, process("storefront", server_url=f"http://127.0.0.1:{shop.port}") as front:
        answer = front.listens().ask("GET", "/")
        assert answer.status == 502
        assert error in answer.json["error"]
        assert front.ask("GET", "/health").status == 200


def healthcheck(**environment: object) -> int:
    script = [sys.executable, "-IS", str(SHOP / "app/healthcheck.py")]
    variables = {name.upper(): str(value) for name, value in environment.items()}
    return subprocess.run(script, env=variables, check=False, timeout=10).returncode


def test_a_worker_finishes_its_job_before_it_goes(tmp_path: Path) -> None:
    heart = tmp_path / "heart"
    with process("worker", job_seconds=0.2, heartbeat_file=heart) as worker:
        assert [worker.line(), worker.line()] == ["v1 works", "v1 begins 1"]
        assert healthcheck(heartbeat_file=heart) == 0
        assert worker.terminate() == 0
        assert [worker.line(), worker.line()] == ["v1 finished 1", "v1 has drained"]


def test_a_worker_without_a_heartbeat_is_not_well(tmp_path: Path) -> None:
    heart = tmp_path / "heart"
    with process("worker", job_seconds=0.01, heartbeat_file=heart, fail_health=1) as worker:
        assert [worker.line(), worker.line()] == ["v1 works", "v1 begins 1"]
        assert healthcheck(heartbeat_file=heart, port=1) == 1


@pytest.mark.parametrize(("knobs", "status"), [({}, 0), ({"fail_health": 1}, 1)])
def test_a_servers_health_is_asked(knobs: dict[str, object], status: int, tmp_path: Path) -> None:
    with server(**knobs) as shop:
        assert healthcheck(port=shop.port, heartbeat_file=tmp_path / "none") == status


@pytest.mark.parametrize(("migration", "status"), [("ok", 0), ("fail", 1), ("swallow", 0)])
def test_a_migration_can_fail_loudly_or_silently(migration: str, status: int) -> None:
    with process("migrate", migration=migration) as migrate:
        assert migrate.popen.wait(5) == status
        said = "migrated for v1" if migration == "ok" else "An error occurred when running migrations: told to fail"
        assert migrate.line() == said
