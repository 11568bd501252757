"""A first services.yaml from Compose files: right, without secrets, and never in place of another."""

from pathlib import Path

import pytest

from bluegreen.config.draft.draft import draft, plain_name
from bluegreen.config.draft.from_compose import from_compose
from bluegreen.config.draft.secrets import env_file_text, is_secret
from bluegreen.config.draft.write import Written, write_draft
from bluegreen.config.environment import resolve_environment
from bluegreen.config.invariants.check import check
from bluegreen.model.errors import ConfigError
from bluegreen.model.service import Kind, Service

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
