"""What is verified before anything is touched: volumes, folders, clocks, connections."""

import time
from pathlib import Path
from typing import Any

import pytest

from bluegreen.deploy.candidates import ImageChoice
from bluegreen.deploy.deploy import DeployOptions, dry_run
from bluegreen.health.database import Server, check_room, verify
from bluegreen.ledger.records import Author
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.ports import Output
from bluegreen.model.project import ProxySettings
from bluegreen.model.service import Service
from tests.deploy.world import MIGRATING, SEVERAL, WEB, WORKER, World
from tests.fakes.engine import FakeEngine


def failure(world: World, tag: str = "shop:2") -> str:
    with pytest.raises(DeploymentFailed) as caught:
        world.deploy(tag.partition(":")[2])
    assert caught.value.hint
    return caught.value.message


def test_a_volume_that_the_release_before_had_must_still_be_there(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "volumes": ["assets:/assets"]})
    world.deploy("1")
    assert failure(world) == "the volume assets of server is gone, which the release before this one had"
    world.engine.foreign_volumes.add("assets")
    assert world.deploy("2").exit_status == 0


def test_a_folder_that_is_mounted_must_be_there(tmp_path: Path) -> None:
    world = World(tmp_path, server={**WEB, "volumes": [f"{tmp_path}/data:/data"]})
    assert failure(world) == f"server mounts {tmp_path}/data, which does not exist on this machine"
    assert world.running() == []
    (tmp_path / "data").mkdir()
    assert world.deploy("1").exit_status == 0


def test_a_plan_says_what_a_deployment_would_be_refused_for(tmp_path: Path) -> None:
    database = {"kind": "database", "engine": "postgres", "version": 17}
    world = World(tmp_path, server={**WEB, "volumes": [f"{tmp_path}/data:/data"]}, db=database)
    report = dry_run(world.open(), DeployOptions(choice=ImageChoice("1")))
    assert [(row.service, row.happened) for row in report.services] == [("server", "would deploy")]
    absent = "there is no container db; bluegreen never creates a database: start it as you did before"
    unmounted = f"server mounts {tmp_path}/data, which does not exist on this machine; mkdir -p {tmp_path}/data"
    assert report.notes == tuple(f"deploy would refuse this: {each}" for each in (absent, unmounted))
    assert world.engine.changes == []


def test_clocks_must_agree(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.engine.clock = time.time() - 300
    assert failure(world) == "the clocks of this machine and of the Docker engine differ by 300 s"
    world.engine.clock = None
    world.open().ledger.audit(Author("a", "b", "c"), "done", time.time() + 3600)
    assert failure(world) == "this machine's clock went back: the newest command in the audit is 3600 s in the future"


TLS = Path(__file__).parents[1] / "engine/tls"
PEM = "-----BEGIN {0}-----\nnot base64\n-----END {0}-----\n"
ENCRYPTED = PEM.format("ENCRYPTED PRIVATE KEY")


def serving_tls(world: World) -> tuple[Path, Path]:
    """Have a project serve TLS, with a certificate and a key of the test's own."""
    files = world.folder / "shop.crt", world.folder / "shop.key"
    for file in files:
        file.write_bytes((TLS / file.name).read_bytes())
    entry = {"hosts": ["shop.test"], "certificate": str(files[0]), "key": str(files[1])}
    proxy = ProxySettings.model_validate({"https": 443, "tls": [entry]})
    world.project = world.project.model_copy(update={"proxy": proxy})
    return files


def test_a_certificate_that_nginx_could_not_read_ends_it_before_the_migrations_run(tmp_path: Path) -> None:
    world = World(tmp_path, **MIGRATING)
    certificate, _ = serving_tls(world)
    certificate.unlink()
    assert failure(world) == f"proxy.tls[0].certificate: cannot read {certificate}: No such file or directory"
    assert [change.verb for change in world.engine.changes] == ["create network"]
    certificate.write_bytes((TLS / "shop.crt").read_bytes())
    assert world.deploy("2").exit_status == 0


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("shop.key", None, ".key: cannot read {key}: No such file or directory"),
        ("shop.crt", "", ".certificate: {crt} holds no certificate in PEM (-----BEGIN …)"),
        ("shop.key", "", ".key: {key} holds no private key in PEM (-----BEGIN …)"),
        ("shop.crt", "shop.key", ".certificate: {crt} holds no certificate in PEM (-----BEGIN …)"),
        ("shop.key", ENCRYPTED, ".key: {key} is encrypted, and nginx has nobody to ask for its passphrase"),
        ("shop.crt", PEM.format("CERTIFICATE"), ": {crt} or {key} is damaged"),
        ("shop.key", PEM.format("PRIVATE KEY"), ": {crt} or {key} is damaged"),
        ("shop.key", "weak.key", ": {key} is not the key of {crt}"),
    ],
)
def test_a_certificate_and_its_key_are_whole_and_belong_together(
    tmp_path: Path, name: str, content: str | None, reason: str
) -> None:
    world = World(tmp_path)
    certificate, key = serving_tls(world)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text((TLS / content).read_text() if content.endswith(".key") else content)
    said = "proxy.tls[0]" + reason.format(crt=certificate, key=key)
    assert failure(world) == said
    notes = dry_run(world.open(), DeployOptions(choice=ImageChoice("2"))).notes
    assert [note.startswith(f"deploy would refuse this: {said}; ") for note in notes] == [True]


def test_where_nothing_moves_that_nginx_serves_no_certificate_is_read(tmp_path: Path) -> None:
    world = World(tmp_path, server=WEB, worker=WORKER)
    certificate, _ = serving_tls(world)
    world.deploy("1")
    certificate.unlink()
    assert world.deploy("2", "worker").exit_status == 0


def server(connections: str) -> Server:
    """What a database says of itself and of its connections."""
    engine: Any = FakeEngine()
    engine.foreign("db")
    engine.execute = lambda *_: Output(0, f"170006 17.6 f\n{connections}\n")
    return verify(
        engine, Service.model_validate({"name": "db", "kind": "database", "engine": "postgres", "version": 17})
    )


COPIED = {"10.0.0.3": "server", "10.0.0.4": "worker"}


@pytest.mark.parametrize(
    "connections",
    [
        "97 0 -",
        "97 3 10.0.0.3,10.0.0.3,10.0.0.4",
        "4 2 10.0.0.3,10.0.0.3",
        "97 96 -",
        "10 9 10.0.0.9,10.0.0.9,10.0.0.9",
    ],
)
def test_there_is_room_for_a_second_copy(connections: str) -> None:
    check_room("db", server(connections), COPIED)


def test_a_second_copy_that_would_find_no_connections_is_refused() -> None:
    with pytest.raises(DeploymentFailed) as caught:
        check_room("db", server("5 4 10.0.0.3,10.0.0.4,10.0.0.3,10.0.0.9"), COPIED)
    assert caught.value.message == (
        "db has 1 of 5 connections left, and a second copy of server, worker would need 3, as many as the first one has"
    )
    assert "max_connections" in caught.value.hint


def test_only_what_moves_has_a_second_copy(tmp_path: Path) -> None:
    world = World(tmp_path, **SEVERAL, db={"kind": "database", "engine": "postgres", "version": 17})
    engine: Any = world.engine
    engine.foreign("db")
    engine.execute = lambda *_: Output(0, "170006 17.6 f\n97 0 -\n")
    world.deploy("1")
    connected = world.engine.find("server-green")
    assert connected
    engine.execute = lambda *_: Output(0, f"170006 17.6 f\n1 1 {connected.address}\n")
    assert failure(world) == (
        "db has 0 of 1 connections left, and a second copy of server would need 1, as many as the first one has"
    )
    assert world.deploy("1").exit_status == 0
    assert world.deploy("2", "store").exit_status == 0
