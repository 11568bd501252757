"""A first services.yaml from Compose files: right, without secrets, and never in place of another."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bluegreen.config.draft.draft import draft, plain_name
from bluegreen.config.draft.from_compose import from_compose
from bluegreen.config.draft.secrets import env_file_text, is_secret
from bluegreen.config.draft.write import Written, write_draft
from bluegreen.config.environment import resolve_environment
from bluegreen.config.invariants.check import check
from bluegreen.model.errors import ConfigError
from bluegreen.model.service import Kind, Logging, Service, Ulimit

COMPOSE = """\
name: acme_shop
services:
  acme-db:
    image: postgres:16-alpine
    environment: {POSTGRES_USER: shop, POSTGRES_PASSWORD: hunter2, POSTGRES_DB: goods}
    volumes: [data:/var/lib/postgresql/data]
  acme-migrate:
    image: acme/server:1
    command: [node, migrate.js]
    depends_on: [acme-db]
  acme-server:
    image: acme/server:1
    ports: ["3000:3000", "9229:9229"]
    user: node
    environment:
      DB_HOST: acme-db
      DB_PASSWORD: 'p"a$$s\\w'
      GREETING: costs $$5
      REDIS_HOST: redis
    env_file: more.env
    volumes: [assets:/assets, ./config:/config:ro]
    healthcheck: {test: [CMD-SHELL, 'curl -f http://localhost:3000/$$PAGE']}
    depends_on:
      acme-migrate: {condition: service_completed_successfully}
      redis: {condition: service_started}
  acme_jobs:
    image: acme/server:1
    command: node worker.js --queue "a b"
    restart: always
    privileged: true
    stop_signal: QUIT
    depends_on:
      acme-migrate: {condition: service_completed_successfully}
  redis:
    image: redis:7
networks:
  default: {name: acme-network}
volumes:
  data: {}
  assets: {name: shared-assets}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the Compose file."""
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "more.env").write_text("MORE=1\n")
    return tmp_path


def write(folder: Path) -> Written:
    return write_draft(draft(from_compose([folder / "compose.yaml"], folder, {})), folder / "services.yaml")


def services(folder: Path) -> dict[str, Service]:
    write(folder)
    return check(folder / "services.yaml", None, {}).project.services


def test_it_is_right_and_says_what_was_found(folder: Path) -> None:
    found = services(folder)
    assert {name: each.kind for name, each in found.items()} == {
        "acme-db": Kind.DATABASE,
        "acme-server": Kind.WEB,
        "acme-jobs": Kind.WORKER,
    }
    database, server, jobs = found.values()
    assert (database.version, database.database, database.db_user) == (16, "goods", "shop")
    assert (server.port, server.user, tuple(server.depends_on)) == (3000, "node", ("acme-db",))
    assert server.release_command
    assert server.release_command.command == ("node", "migrate.js")
    assert jobs.release_command is None
    assert jobs.command == ("node", "worker.js", "--queue", "a b")
    assert server.health.command == ("sh", "-c", "curl -f http://localhost:3000/$PAGE")
    assert server.volumes == ("shared-assets:/assets", f"{folder}/config:/config:ro")


def test_values_arrive_as_compose_gives_them(folder: Path) -> None:
    server = services(folder)["acme-server"]
    assert resolve_environment(server, folder) == {
        "MORE": "1",
        "DB_PASSWORD": 'p"a$s\\w',
        "DB_HOST": "acme-db",
        "GREETING": "costs $5",
        "REDIS_HOST": "redis",
    }


def test_secrets_are_in_a_file_for_its_owner_alone(folder: Path) -> None:
    written = write(folder)
    assert written.env_files == (f"{folder}/.env.acme-server",)
    assert (folder / ".env.acme-server").stat().st_mode & 0o777 == 0o600
    text = (folder / "services.yaml").read_text()
    assert "hunter2" not in text
    assert "w'" not in text


def test_what_can_not_stay_or_was_guessed_is_told(folder: Path) -> None:
    write(folder)
    text = (folder / "services.yaml").read_text()
    assert "REVIEW: stop_signal is left out: it should be a signal such as SIGTERM" in text
    assert "REVIEW: port: it also publishes 9229" in text
    assert "REVIEW: kind: it publishes no port" in text
    assert "{rule: BG101, service: acme-jobs, reason: 'REVIEW, as it was found: there is no service" in text


WHOLE = """\
name: acme
services:
  server:
    image: ghcr.io/acme/server
    expose: [3000]
    extra_hosts: ["host.docker.internal:host-gateway"]
    ulimits: {nofile: 1024, nproc: {soft: 10, hard: 20}}
    labels: [com.acme.team=True, com.acme.token=hunter2]
    logging: {driver: splunk, options: {splunk-token: hunter2, splunk-format: raw}}
    deploy:
      replicas: 2
      mode: replicated
      resources: {limits: {cpus: "0.50", memory: 512M, pids: 10}}
    networks: {front: , back: {aliases: [api]}}
    volumes:
      - {type: bind, source: ./config, target: /config, read_only: True}
      - {type: tmpfs, target: /run}
      - {type: npipe, source: a, target: /pipe}
    tmpfs: /tmp
    init: yes
    entrypoint: []
    environment: [GREETING=hello, FROM_THE_CALLER]
    healthcheck: {test: curl -f localhost/$$PAGE || exit 1, interval: 3s, retries: 3}
    restart: "no"
    privileged: true
    tty: false
    stdin_open: true
    group_add: [audio, 999]
    sysctls: [net.core.somaxconn=1024]
    devices: []
    dns: 1.1.1.1
    "a\\nb": c
    x-ours: {a: b}
  worker:
    image: ghcr.io/acme/server
    command: work
    healthcheck: {test: work --ok, disable: true}
    networks: [back]
    scale: 3
    cpus: 2
    restart: on-failure
  other:
    image: ghcr.io/acme/server
    command: work
    healthcheck: {test: [CMD, test, -f, /ok]}
networks: {front: , back: {name: behind}}
"""


@pytest.fixture
def whole(folder: Path) -> Path:
    """The folder with a Compose file that says more."""
    (folder / "compose.yaml").write_text(WHOLE)
    return folder


def test_what_both_can_say_is_said(whole: Path) -> None:
    server, worker, other = services(whole).values()
    assert server.extra_hosts == {"host.docker.internal": "host-gateway"}
    assert server.ulimits == {"nofile": Ulimit(soft=1024, hard=1024), "nproc": Ulimit(soft=10, hard=20)}
    assert server.labels == {"com.acme.team": "True"}
    assert server.logging == Logging(driver="splunk", options={"splunk-format": "raw"})
    assert (server.replicas, server.cpus, server.mem_limit, server.pids_limit) == (2, 0.5, 512 * 1024**2, 10)
    assert (server.group_add, server.sysctls) == (("audio", "999"), {"net.core.somaxconn": "1024"})
    assert (server.networks, worker.networks) == (("behind",), ("behind",))
    assert server.volumes == (f"{whole}/config:/config:ro",)
    assert server.tmpfs == ("/tmp", "/run")
    assert (server.init, server.entrypoint, server.restart) == (True, (), "no")
    assert server.health.command == ("sh", "-c", "curl -f localhost/$PAGE || exit 1")
    assert (worker.replicas, worker.cpus, worker.restart) == (3, 2.0, "unless-stopped")
    assert (worker.health.command, other.health.command) == ((), ("test", "-f", "/ok"))


def test_a_variable_of_the_caller_stays_one(whole: Path) -> None:
    write(whole)
    said: Any = yaml.safe_load((whole / "services.yaml").read_text())
    assert said["services"]["server"]["environment"] == {"GREETING": "hello", "FROM_THE_CALLER": None}


def test_every_other_key_is_told_once_with_the_reason(whole: Path) -> None:
    write(whole)
    text = (whole / "services.yaml").read_text()
    told = [line.partition("REVIEW: ")[2] for line in text.splitlines() if "left out" in line]
    assert told[:-1] == [
        "deploy.mode is left out: services.yaml has replicas, cpus, mem_limit and pids_limit",
        (
            "healthcheck.interval and healthcheck.retries are left out: "
            "health has interval, timeout and deadline of its own"
        ),
        "privileged is left out: use cap_add",
        "stdin_open is left out: nobody types into what is deployed",
        "dns is left out: set it for the engine",
        "… is left out: services.yaml has no such key",
        "labels.com.acme.token is left out: it looks secret",
        "logging.options.splunk-token is left out: it looks secret",
        "volumes: a mount is left out that is no bind, volume or tmpfs",
        "networks: their options, such as aliases, are left out: they don't fit both colors",
    ]
    assert told[-1].startswith('restart is left out: it should be unless-stopped or no (got "on-failure")')
    assert "# REVIEW: networks: they must be there before a deployment; until now Compose made them" in text
    assert "hunter2" not in text


def test_a_command_that_ran_before_and_can_not_stay_is_told(folder: Path) -> None:
    both = COMPOSE.replace("    command: [node, migrate.js]\n", "").replace(
        "networks:\n", "  acme-seed: {image: acme/server:1}\nnetworks:\n"
    )
    waiting = "      acme-seed: {condition: service_completed_successfully}\n      redis: {condition: service_started}"
    (folder / "compose.yaml").write_text(both.replace("      redis: {condition: service_started}", waiting))
    server = services(folder)["acme-server"]
    text = (folder / "services.yaml").read_text()
    assert server.release_command is None
    assert (
        "REVIEW: release_command: acme-migrate ran before it, with its image's own command: which one is that?" in text
    )
    assert "REVIEW: release_command: acme-seed ran before it, too; write a command that does both" in text


def test_a_waiver_names_everything_that_it_is_for(folder: Path) -> None:
    strange = COMPOSE.replace("DB_HOST: acme-db", "DB_HOST: localhost\n      API_URL: http://srv")
    (folder / "compose.yaml").write_text(strange)
    write(folder)
    (waiver,) = (w for w in check(folder / "services.yaml", None, {}).project.waive if w.rule == "BG106")
    assert "DB_HOST of acme-server names localhost" in waiver.reason
    assert "API_URL of acme-server names srv" in waiver.reason


@pytest.mark.parametrize("name", ["services.yaml", ".env.acme-server"])
def test_nothing_that_is_there_is_overwritten(name: str, folder: Path) -> None:
    (folder / name).write_text("mine")
    with pytest.raises(ConfigError, match="is there already, and init overwrites nothing"):
        write(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted({"compose.yaml", "more.env", name})
    assert (folder / name).read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "value", "secret"),
    [
        ("DB_PASSWORD", "x", True), ("COOKIE_SECRET", "x", True), ("API_TOKEN", "x", True),
        ("DATABASE_URL", "postgresql://shop:x@db/shop", True), ("DB_HOST", "db", False),
        ("API_URL", "http://server:3000/api", False),
    ],
)  # fmt: skip
def test_a_secret_is_known_by_its_name_or_its_url(name: str, value: str, secret: bool) -> None:  # noqa: FBT001
    assert is_secret(name, value) is secret


def test_an_env_file_is_read_as_it_was_meant(tmp_path: Path) -> None:
    values = {"A": "", "B": "$HOME ${X} # no comment", "C": "quo\"te's \\ \\n", "D": "two\nlines"}
    (tmp_path / ".env").write_text(env_file_text(values))
    service = Service.model_validate({"name": "web", "env_file": [".env"]})
    assert resolve_environment(service, tmp_path) == values


@pytest.mark.parametrize(("text", "name"), [("Acme_Shop", "acme-shop"), ("2nd--shop_", "nd-shop"), ("__", "")])
def test_a_name_is_made_plain(text: str, name: str) -> None:
    assert plain_name(text) == name
