"""What must not take over never does: the old release serves, nothing is left, and the reason is told."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.engine.product.shop import HEALTH, Shop
from tests.waiting import wait_until

TLS = Path(__file__).parents[1] / "tls"


@pytest.mark.parametrize(
    ("knobs", "deadline", "reason"),
    [
        ({"FAIL_HEALTH": "1"}, "4s", 'is not healthy after 4 s: GET /health: 500: "{"status": "failing"}"'),
        ({"WRONG_BODY": "1"}, "4s", 'is not healthy after 4 s: GET /health: 200, but without "ok": "It works!"'),
        ({"READY_DELAY": "60"}, "4s", "is not healthy after 4 s: TCP :3000: connection refused"),
        # at once: else it would be told as not healthy at the deadline, which nobody waits for
        ({"EXIT_AFTER_SECONDS": "0"}, "50s", "exited with status 1"),
        ({"OOM_AFTER_SECONDS": "0", "READY_DELAY": "60"}, "50s", "out of memory"),
    ],
    ids=["never gets healthy", "answers the wrong body", "never opens its port", "exits", "runs out of memory"],
)
def test_a_release_that(knobs: dict[str, str], deadline: str, reason: str, unmoved: Shop) -> None:
    unmoved.web(health={**HEALTH, "deadline": deadline}, mem_limit="64m")
    unmoved.environment("server", **knobs)
    report = unmoved.deploy("--tag", "v2", expect=1)
    assert reason in report["reason"]
    assert report["outcome"] == "failed"


def test_a_failure_says_what_happened_what_serves_and_what_to_type(unmoved: Shop) -> None:
    unmoved.web(health={**HEALTH, "deadline": "4s"})
    unmoved.environment("server", FAIL_HEALTH="1")
    told = unmoved.run("deploy", "--tag", "v2", expect=1).err
    assert "GET /health: 500" in told
    serving = next(line for line in told.splitlines() if "bluegreen-shop:v1" in line)
    assert "serving" in serving
    assert "green" in serving
    assert told.rstrip().endswith("bluegreen deploy --tag v2")


def test_an_image_that_nobody_has(unmoved: Shop) -> None:
    assert "bluegreen-shop:nowhere" in unmoved.run("deploy", "--tag", "nowhere", expect=1).err


def test_a_configuration_with_mistakes(unmoved: Shop) -> None:
    unmoved.web(prot=3000)
    told = unmoved.run("deploy", expect=2).err
    assert f"{unmoved.file}:" in told
    assert "prot" in told


def test_a_canonical_name_that_a_foreign_container_holds(unmoved: Shop) -> None:
    with foreign(unmoved, "server"):
        told = unmoved.run("deploy", "--tag", "v2", expect=1).err
    assert f"docker rm -f {unmoved.named('server')}" in told


def test_a_colors_name_that_a_foreign_container_holds(unmoved: Shop) -> None:
    with foreign(unmoved, "server-blue") as container:
        report = unmoved.deploy("--tag", "v2", expect=1)
        assert unmoved.engine.inspect_container(container)["State"]["Running"], "a foreign container was touched"
    assert "is not this project's" in report["reason"]


@contextmanager
def foreign(shop: Shop, name: str, **more: Any) -> Iterator[str]:
    """A running container that is not the project's, under a name of the project."""
    made = shop.engine.create_container("bluegreen-shop:v1", ["server"], name=shop.named(name), **more)["Id"]
    shop.engine.start(made)
    try:
        yield made
    finally:
        shop.engine.remove_container(made, force=True)


def test_a_configuration_that_nginx_refuses(unmoved: Shop) -> None:
    """A key that is too weak for nginx's OpenSSL: everything that nginx would be told from now on is refused."""
    serve_tls(unmoved, "weak")
    report = unmoved.deploy("--tag", "v2", expect=1)
    assert "nginx refuses the new configuration" in report["reason"]
    assert "key too small" in report["reason"]


def test_a_certificate_that_is_gone_before_anything_is_touched(unmoved: Shop) -> None:
    unmoved.web(release_command={"command": ["migrate"]})
    serve_tls(unmoved, "shop")
    (unmoved.folder / "shop.crt").unlink()
    told = unmoved.run("deploy", "--tag", "v2", expect=1).err
    assert f"proxy.tls[0].certificate: cannot read {unmoved.folder}/shop.crt: No such file or directory" in told
    assert "migrated" not in told


def serve_tls(shop: Shop, name: str) -> None:
    """Have services.yaml name a certificate and a key, copies of the shop's own."""
    files = {
        what: shutil.copy(TLS / f"{name}.{ending}", shop.folder)
        for what, ending in (("certificate", "crt"), ("key", "key"))
    }
    shop.proxy = {"https": "127.0.0.1:1", "tls": [{"hosts": ["shop.test"], **files}]}


def test_a_reload_that_silently_does_not_happen(unmoved: Shop) -> None:
    """Another process listens on the port that nginx is to open: its test passes, and it never loads."""
    network = unmoved.engine.create_host_config(network_mode=f"container:{unmoved.named('proxy')}")
    with foreign(unmoved, "squatter", host_config=network, environment={"PORT": "3001"}) as squatter:
        wait_until(lambda: b"3001" in unmoved.engine.logs(squatter), "the port is taken")
        unmoved.web(port=3001)
        unmoved.environment("server", PORT="3001")
        report = unmoved.deploy("--tag", "v2", expect=1)
    assert "bind() to 0.0.0.0:3001 failed" in report["reason"]


@pytest.fixture
def migrating(unmoved: Shop) -> Shop:
    command = {"command": ["migrate"], "fail_on_output": ["An error occurred when running migrations"]}
    unmoved.web(release_command=command)
    return unmoved


@pytest.mark.parametrize(
    ("how", "reason"),
    [("fail", "ended with status 1"), ("swallow", 'printed "An error occurred when running migrations"')],
)
def test_a_release_command_that_fails_ends_the_deployment(migrating: Shop, how: str, reason: str) -> None:
    migrating.environment("server", MIGRATION=how)
    report = migrating.deploy("--tag", "v2", expect=1)
    assert reason in report["reason"]
    assert "told to fail" in "\n".join(report["evidence"])
