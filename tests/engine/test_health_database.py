"""A real PostgreSQL, verified before anything is touched."""

from collections.abc import Callable
from typing import Any

import docker
import pytest

from bluegreen.engine.docker import DockerEngine
from bluegreen.health.database import check_room, verify
from bluegreen.model.errors import DeploymentFailed
from bluegreen.model.service import Service
from tests.waiting import wait_until

PASSWORD = "a $ecret `with` \"quotes\" and 'more'"
Run = Callable[..., str]


@pytest.fixture
def run(engine: docker.APIClient, project: str) -> Run:
    """Start a PostgreSQL container as people do without bluegreen; returns its name."""

    def start(*command: str, image: str = "postgres:17", **environment: str) -> str:
        name = f"{project}-db"
        variables = {"POSTGRES_PASSWORD": PASSWORD, **environment}
        labels = {"bluegreen.project": project}
        engine.create_container(image, list(command) or None, name=name, environment=variables, labels=labels)
        engine.start(name)
        return name

    return start


@pytest.fixture
def mine(engine: docker.APIClient, project: str) -> DockerEngine:
    return DockerEngine(engine, "another-project", project)


@pytest.fixture
def check(mine: DockerEngine) -> Callable[..., str]:
    def verified(name: str, **more: Any) -> str:
        wanted = {"name": name, "kind": "database", "engine": "postgres", "version": 17, **more}
        return str(verify(mine, Service.model_validate(wanted)))

    return verified


def failure(check: Callable[..., str], name: str, **more: Any) -> tuple[str, str]:
    with pytest.raises(DeploymentFailed) as caught:
        check(name, **more)
    return caught.value.message, caught.value.hint


def until_it_serves(check: Callable[..., str], name: str) -> str:
    def serves() -> str:
        try:
            return check(name)
        except DeploymentFailed:
            return ""

    return wait_until(serves, "PostgreSQL serves", 60)


def test_a_server_of_the_declared_version_is_well(run: Run, check: Callable[..., str]) -> None:
    name = run(POSTGRES_USER="shop", POSTGRES_DB="goods")
    line = until_it_serves(check, name)
    assert line.startswith("PostgreSQL 17.")
    assert line.endswith(", accepting connections")
    assert check(name, db_user="shop", database="postgres") == line


def test_what_is_wrong_with_a_server_is_told(run: Run, check: Callable[..., str], engine: docker.APIClient) -> None:
    name = run()
    until_it_serves(check, name)
    said, advice = failure(check, name, version=16)
    assert said.startswith(f"{name} is PostgreSQL 17.")
    assert said.endswith("and services.yaml says version 16")
    assert "bluegreen never does that" in advice
    said, advice = failure(check, name, db_user="nobody")
    assert 'password authentication failed for user "nobody"' in said
    assert "db_user" in advice
    assert 'database "nowhere" does not exist' in failure(check, name, database="nowhere")[0]
    engine.stop(name, timeout=10)
    said, advice = failure(check, name)
    assert said == f"{name} is not running: exited with status 0"
    assert f"docker start {name}" in advice


def test_a_server_in_recovery_is_no_database_to_deploy_on(
    run: Run, check: Callable[..., str], mine: DockerEngine, engine: docker.APIClient
) -> None:
    name = run()
    until_it_serves(check, name)
    mine.execute(name, ("sh", "-c", 'touch "$PGDATA/standby.signal"'), 5)
    engine.restart(name)
    wait_until(lambda: "recovery" in failure(check, name)[0], "it is in recovery", 30)
    assert failure(check, name)[0] == f"{name} is in recovery: it takes no writes"


def test_a_server_that_is_still_starting_is_told_in_its_own_words(run: Run, check: Callable[..., str]) -> None:
    name = run("sh", "-c", "while :; do sleep 0.1; done")
    said, _ = failure(check, name)
    assert said.startswith(f"{name} does not answer: ")
    assert "Connection refused" in said


def test_a_database_that_is_not_there_is_told(check: Callable[..., str]) -> None:
    said, advice = failure(check, "no-such-db")
    assert said == "there is no container no-such-db"
    assert "never creates a database" in advice


def test_an_image_without_psql_is_told(run: Run, check: Callable[..., str]) -> None:
    name = run("sleep", "60", image="bluegreen-python:3")
    said, advice = failure(check, name)
    assert "psql: not found" in said
    assert "needs sh and psql" in advice


def test_connections_that_a_second_copy_would_need_are_counted(
    run: Run, check: Callable[..., str], mine: DockerEngine, engine: docker.APIClient
) -> None:
    name = run()
    until_it_serves(check, name)
    for setting in ("max_connections = 6", "superuser_reserved_connections = 3", "max_wal_senders = 0"):
        asked = ("psql", "-U", "postgres", "-c", f"ALTER SYSTEM SET {setting}")
        assert mine.execute(name, asked, 10).status == 0
    engine.restart(name)
    until_it_serves(check, name)
    service = Service.model_validate({"name": name, "kind": "database", "engine": "postgres", "version": 17})
    copied = {"127.0.0.1": "shop-server"}
    check_room(name, verify(mine, service), copied)
    script = 'PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U postgres -c "SELECT pg_sleep(60)"'
    for _ in range(2):
        engine.exec_start(engine.exec_create(name, ["sh", "-c", script])["Id"], detach=True)

    def refused() -> str:
        try:
            check_room(name, verify(mine, service), copied)
        except DeploymentFailed as error:
            return error.message
        return ""

    said = wait_until(refused, "the two connections are there", 20)
    assert said.startswith(f"{name} has 1 of 3 connections left, and a second copy of shop-server would need 2,")
