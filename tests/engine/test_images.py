"""The images that all other tests stand on."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import docker
import pytest
from docker.errors import APIError

from tests.engine.conftest import LABEL
from tests.engine.registry import Registry
from tests.waiting import wait_until


@pytest.fixture
def run(engine: docker.APIClient, project: str) -> Callable[..., tuple[int, str]]:
    """Run a command in a new container; returns its exit code and what it wrote."""

    def _run(image: str, *command: str) -> tuple[int, str]:
        container = engine.create_container(image, list(command), labels={LABEL: project}, entrypoint=[])["Id"]
        engine.start(container)
        status: int = engine.wait(container, timeout=30)["StatusCode"]
        return status, engine.logs(container).decode()

    return _run


@pytest.mark.parametrize("version", ["1.22", "1.26", "1.30"])
def test_nginx_is_of_its_version_and_accepts_its_own_configuration(
    run: Callable[..., tuple[int, str]], version: str
) -> None:
    assert f"nginx/{version}." in run(f"nginx:{version}", "nginx", "-v")[1]
    status, output = run(f"nginx:{version}", "nginx", "-t")
    assert status == 0, output


@pytest.mark.parametrize("version", ["1.22", "1.26", "1.30"])
def test_nginx_stops_gracefully_unless_told_otherwise(engine: docker.APIClient, version: str) -> None:
    assert engine.inspect_image(f"nginx:{version}")["Config"]["StopSignal"] == "SIGQUIT"


def test_python_has_what_an_application_needs(run: Callable[..., tuple[int, str]]) -> None:
    status, output = run("bluegreen-python:3", "python3", "-c", "import asyncio, hashlib, psycopg2, sqlite3, ssl, uuid")
    assert (status, output) == (0, "")


def test_an_application_image_is_built_on_python_without_a_registry(engine: docker.APIClient, project: str) -> None:
    dockerfile = b"FROM bluegreen-python:3\nRUN echo built > /proof\n"
    tag = f"{project}:1"
    lines = list(engine.build(fileobj=io.BytesIO(dockerfile), tag=tag, rm=True, decode=True))
    assert engine.images(tag), lines
    engine.remove_image(tag)


def test_postgres_makes_the_database_it_is_asked_for_and_wants_its_password(
    engine: docker.APIClient, project: str
) -> None:
    container = engine.create_container(
        "postgres:17",
        environment={"POSTGRES_USER": "shop", "POSTGRES_PASSWORD": 'it\'s "secret"', "POSTGRES_DB": "goods"},
        labels={LABEL: project},
    )["Id"]

    def ask(password: str) -> tuple[int, str]:
        query = [
            "psql",
            "--host=127.0.0.1",
            "--username=shop",
            "--tuples-only",
            "goods",
            "--command=SHOW server_version",
        ]
        call = engine.exec_create(container, query, environment={"PGPASSWORD": password})["Id"]
        output: bytes = engine.exec_start(call)
        return engine.exec_inspect(call)["ExitCode"], output.decode()

    engine.start(container)
    wait_until(lambda: ask('it\'s "secret"')[0] == 0, "PostgreSQL accepts connections", 30)
    assert ask('it\'s "secret"')[1].strip().startswith("17.")
    assert "password authentication failed" in ask("guess")[1]


def test_postgres_refuses_to_start_without_a_password(run: Callable[..., tuple[int, str]]) -> None:
    status, output = run("postgres:17", "docker-entrypoint.sh", "postgres")
    assert status != 0
    assert "POSTGRES_PASSWORD: a new database needs a password" in output


@contextmanager
def tagged(engine: docker.APIClient, image: str, name: str) -> Iterator[None]:
    engine.tag(image, name)
    try:
        yield
    finally:
        engine.remove_image(name)


def test_the_registry_takes_and_gives_images_for_the_password_only(
    engine: docker.APIClient, registry: Registry
) -> None:
    name = f"{registry.address}/app"
    account = {"username": registry.username, "password": registry.password}
    with tagged(engine, "nginx:1.30", f"{name}:1"):
        assert "no basic auth credentials" in engine.push(name, "1")
        assert "digest: sha256:" in engine.push(name, "1", auth_config=account)
    with pytest.raises(APIError, match="no basic auth credentials"):
        engine.pull(name, "1")
    engine.pull(name, "1", auth_config=account)
    engine.remove_image(f"{name}:1")
