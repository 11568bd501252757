"""The watch over real containers."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event
from typing import Any
from urllib.request import urlopen

import docker
import pytest

from bluegreen.engine.docker import DockerEngine
from bluegreen.engine.machine import DockerMachine
from bluegreen.health.watch import HealthWatch
from bluegreen.model.container import OUT_OF_MEMORY, Container
from bluegreen.model.ports import Verdict
from tests.engine.containers import IMAGE, service, spec
from tests.waiting import wait_until

KEY = "web"
SERVER = """
import http.server, os, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            os._exit(5)
        ready = os.path.exists("/tmp/ready") or not {gated}
        self.send_response(200 if ready else 503)
        self.end_headers()
        self.wfile.write(b"ok" if ready else b"warming up")
    def log_message(self, *args): pass
time.sleep({delay})
print("listening", flush=True)
http.server.ThreadingHTTPServer(("", 3000), Handler).serve_forever()
"""
PATIENT = {"interval": "60s", "deadline": "60s"}
"""Whatever is noticed within a test was not noticed by polling."""


def server(*, delay: float = 0, gated: bool = False) -> tuple[str, ...]:
    """A web application that opens its port after `delay` seconds and, gated, is ready when told."""
    return ("python3", "-c", SERVER.format(delay=delay, gated=gated))


class Ward:
    """Starts containers and watches them."""

    def __init__(self, engine: DockerEngine, project: str) -> None:
        self.engine = engine
        self.project = project
        self.woken = Event()
        self.watch = HealthWatch(engine, self.woken.set)

    def start(self, *command: str, **options: Any) -> Container:
        return self.engine.start(spec(self.project, *command, **options))

    def begin(self, *containers: Container, health: dict[str, Any], **more: Any) -> None:
        quick = {"interval": "100ms", "deadline": "20s", "timeout": "2s", **health}
        self.watch.watch(KEY, service(health=quick, **more), containers)

    def until(self, condition: Callable[[Verdict], object], seconds: float = 10) -> Verdict:
        wait_until(lambda: condition(self.watch.verdict(KEY)), "the verdict", seconds)
        return self.watch.verdict(KEY)

    def until_healthy(self) -> Verdict:
        return self.until(lambda verdict: verdict.healthy)

    def until_failed(self) -> Verdict:
        return self.until(lambda verdict: verdict.failed)


@pytest.fixture
def ward(engine: docker.APIClient, project: str) -> Iterator[Ward]:
    DockerMachine(engine, project).create_network(project)
    made = Ward(DockerEngine(engine, project, project), project)
    yield made
    made.watch.close()


@pytest.fixture
def checked(engine: docker.APIClient, project: str) -> Iterator[str]:
    """An image whose own HEALTHCHECK looks for a file."""
    check = "test -e /tmp/ready && echo fine || { echo not ready; exit 1; }"
    dockerfile = f"FROM {IMAGE}\nHEALTHCHECK --interval=300ms --timeout=2s --retries=2 CMD {check}\n"
    lines = list(engine.build(fileobj=io.BytesIO(dockerfile.encode()), tag=f"{project}:1", rm=True, decode=True))
    assert engine.images(f"{project}:1"), lines
    yield f"{project}:1"
    engine.remove_image(f"{project}:1", force=True)


def test_a_web_application_is_healthy_soon_after_its_port_opens(ward: Ward) -> None:
    container = ward.start(*server(delay=0.5))
    ward.begin(container, health={"http": [{"path": "/"}], **PATIENT}, port=3000)
    verdict = ward.until_healthy()
    assert verdict.answers[0].text.startswith("200 in ")
    assert ward.woken.is_set()


def test_tcp_and_command_and_http_must_all_pass(ward: Ward) -> None:
    container = ward.start(*server(gated=True))
    health = {"http": [{"path": "/"}], "tcp": {}, "command": ["test", "-e", "/tmp/ready"]}
    ward.begin(container, health=health, port=3000)
    verdict = ward.until(lambda verdict: len(verdict.answers) == 3)
    assert [(answer.probe, answer.ok) for answer in verdict.answers] == [
        ("GET /", False),
        ("TCP :3000", True),
        ("test -e /tmp/ready", False),
    ]
    assert verdict.answers[0].text == '503: "warming up"'
    ward.engine.execute(container.name, ("touch", "/tmp/ready"), 5)
    assert [answer.ok for answer in ward.until_healthy().answers] == [True, True, True]


def test_the_images_own_healthcheck_is_followed(ward: Ward, checked: str) -> None:
    container = ward.start(image=checked)
    ward.begin(container, health={"docker": True, **PATIENT})
    verdict = ward.until(lambda verdict: verdict.answers)
    assert verdict.answers[0].probe == "HEALTHCHECK"
    assert not verdict.healthy
    ward.engine.execute(container.name, ("touch", "/tmp/ready"), 5)
    assert ward.until_healthy().answers[0].text == 'healthy: "fine"'
    ward.engine.execute(container.name, ("rm", "/tmp/ready"), 5)
    assert ward.until_failed().failed == f"{container.name} turned unhealthy by its HEALTHCHECK"


def test_a_healthcheck_that_is_asked_for_and_missing_is_told(ward: Ward) -> None:
    ward.begin(ward.start(), health={"docker": True, "deadline": "1s"})
    assert str(ward.until_failed().failed).endswith("HEALTHCHECK: the image has none")


def test_a_release_that_exits_at_once_fails_at_once_with_its_log(ward: Ward) -> None:
    container = ward.start("sh", "-c", "echo 'Error: Cannot find module /app/main.js' >&2; exit 1", restart="no")
    begun = time.monotonic()
    ward.begin(container, health={"http": [{}], **PATIENT}, port=3000)
    verdict = ward.until_failed()
    assert verdict.failed == f"{container.name} exited with status 1"
    assert verdict.log == ("Error: Cannot find module /app/main.js",)
    assert time.monotonic() - begun < 3


def test_a_release_that_restarts_again_and_again_fails_at_once(ward: Ward) -> None:
    container = ward.start("sh", "-c", "sleep 0.3; exit 2")
    ward.begin(container, health={"http": [{}], **PATIENT}, port=3000)
    assert ward.until_failed().failed == f"{container.name} exited with status 2 and was restarted"


def test_a_release_that_runs_out_of_memory_fails_at_once(ward: Ward) -> None:
    hungry = "import time\ntime.sleep(0.3)\nx = []\nwhile True: x.append(bytearray(10**7))"
    container = ward.start("python3", "-c", hungry, mem_limit="32m")
    ward.begin(container, health={"http": [{}], **PATIENT}, port=3000)
    assert "out of memory" in (ward.until_failed().failed or "")


def test_a_child_that_runs_out_of_memory_fails_its_container_too(ward: Ward) -> None:
    hungry = "x = []\nwhile True: x.append(bytearray(10**7))"
    script = f"sleep 0.3; python3 -c '{hungry}'; while :; do sleep 0.1; done"
    container = ward.start("sh", "-c", script, mem_limit="32m")
    ward.begin(container, health={"http": [{}], **PATIENT}, port=3000)
    assert ward.until_failed().failed == f"{container.name} {OUT_OF_MEMORY}"
    assert ward.engine.inspect(container.name).state == "running"


def test_a_release_that_never_gets_ready_fails_at_its_deadline_with_all_that_is_known(ward: Ward) -> None:
    container = ward.start(*server(gated=True))
    ward.begin(container, health={"http": [{"path": "/health"}], "deadline": "1500ms"}, port=3000)
    verdict = ward.until_failed()
    assert verdict.failed == f'{container.name} is not healthy after 1.5 s: GET /health: 503: "warming up"'
    assert verdict.log == ("listening",)


def test_a_port_that_nobody_opens_is_named(ward: Ward) -> None:
    ward.begin(ward.start(), health={"http": [{}], "deadline": "500ms"}, port=3000)
    assert str(ward.until_failed().failed).endswith("not healthy after 0.5 s: TCP :3000: connection refused")


def test_a_death_after_it_was_healthy_is_noticed_at_once(ward: Ward) -> None:
    container = ward.start(*server())
    ward.begin(container, health={"http": [{}], **PATIENT}, port=3000)
    ward.until_healthy()
    begun = time.monotonic()
    with suppress(OSError):
        urlopen(f"http://{container.address}:3000/die", timeout=5)
    assert ward.until_failed().failed == f"{container.name} exited with status 5 and was restarted"
    assert time.monotonic() - begun < 2


def test_a_kill_after_it_was_healthy_is_noticed_at_once(ward: Ward) -> None:
    container = ward.start(*server())
    ward.begin(container, health={"http": [{}], **PATIENT}, port=3000)
    ward.until_healthy()
    ward.engine.signal(container.name, "KILL")
    begun = time.monotonic()
    assert (
        ward.until_failed().failed
        == f"{container.name} exited with status 137 (SIGKILL: out of memory, or killed by hand)"
    )
    assert time.monotonic() - begun < 2


def test_wrong_answers_after_it_was_healthy_fail_it_after_some(ward: Ward) -> None:
    container = ward.start(*server(gated=True))
    ward.engine.execute(container.name, ("touch", "/tmp/ready"), 5)
    ward.begin(container, health={"http": [{}]}, port=3000)
    ward.until_healthy()
    ward.engine.execute(container.name, ("rm", "/tmp/ready"), 5)
    assert ward.until_failed().failed == f'{container.name} turned unhealthy: GET /: 503: "warming up"'


def test_replicas_are_watched_side_by_side(ward: Ward) -> None:
    replicas = [ward.start(*server(delay=0.2), name=f"web-blue-{number}") for number in (1, 2, 3)]
    ward.begin(*replicas, health={"http": [{}], "success_threshold": 2}, port=3000)
    verdict = ward.until_healthy()
    assert [answer.probe for answer in verdict.answers] == [f"{replica.name}: GET /" for replica in replicas]


def test_a_removed_container_fails(ward: Ward) -> None:
    container = ward.start(*server())
    ward.begin(container, health={"http": [{}]}, port=3000)
    ward.until_healthy()
    ward.engine.remove(container.name)
    reasons = ("was removed", "exited with status 137 (SIGKILL: out of memory, or killed by hand)")
    assert ward.until_failed().failed in [f"{container.name} {reason}" for reason in reasons]
