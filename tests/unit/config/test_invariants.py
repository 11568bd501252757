"""The rules, one violation at a time: services.yaml and a Compose file that fit, and one change to either."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from bluegreen.config.invariants.check import check
from bluegreen.config.invariants.postgres import major_version
from bluegreen.config.invariants.rules import RULES
from bluegreen.config.problem import InvalidConfig

SERVICES = """\
project: shop
network: shop-network
services:
  shop-db: {kind: database, engine: postgres, version: 17}
  shop-server:
    image: acme/server
    port: 3000
    environment:
      DB_HOST: shop-db
  shop-worker: {kind: worker, image: acme/server}
environments:
  local:
    compose: compose.yaml
  sim:
    disposable: true
    compose: [compose.yaml, compose.sim.yaml]
"""

COMPOSE = """\
services:
  shop-db:
    image: postgres:17.2-bookworm
  shop-migrate:
    image: acme/server
  shop-server:
    build: {context: ., target: dev}
    command: npm run dev
    environment:
      NODE_ENV: development
      DB_HOST: shop-db
      DATABASE_URL: postgresql://shop:secret@shop-db:5432/shop
      PUBLIC_URL: http://localhost:8080/
      MAIL_URL: smtp://mail.example.com:587
    volumes: [./src:/app/src]
    ports: ["127.0.0.1:3000:3000", "9229:9229"]
    depends_on:
      shop-migrate: {condition: service_completed_successfully}
  shop-worker:
    image: acme/server
networks:
  default:
    name: shop-network
"""

SIM = """\
services:
  shop-server:
    build: {target: prod}
    command: !reset null
    environment: {NODE_ENV: production}
    volumes: !reset []
"""


@dataclass(frozen=True)
class Folder:
    """A folder with the three files."""

    path: Path

    def change(self, name: str, old: str, new: str) -> None:
        """Change one of them."""
        text = (self.path / name).read_text()
        assert old in text
        (self.path / name).write_text(text.replace(old, new, 1))

    def found(self, environment: str | None = None) -> list[tuple[str, str, int, str]]:
        """What is violated: rule, file, line, service."""
        checked = check(self.path / "services.yaml", environment, {})
        return [(each.rule.id, Path(each.place.file).name, each.place.line, each.service) for each in checked.findings]

    def words(self, environment: str | None = None) -> str:
        """What is said."""
        return "\n".join(f"{f.message}; {f.fix}" for f in check(self.path / "services.yaml", environment, {}).findings)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Files that fit."""
    for name, text in (("services.yaml", SERVICES), ("compose.yaml", COMPOSE), ("compose.sim.yaml", SIM)):
        (tmp_path / name).write_text(text)
    return Folder(tmp_path)


def test_what_fits_violates_nothing(folder: Folder) -> None:
    checked = check(folder.path / "services.yaml", None, {})
    assert (checked.findings, checked.compared) == ((), ("local", "sim"))


VIOLATIONS = [
    ("a service under another name", "  shop-worker:\n", "  jobs:\n", ["BG101 1 shop-worker", "BG102 19 jobs"]),
    ("a database under another name", "  shop-db:\n", "  db:\n", ["BG101 2 shop-db", "BG102 2 db"]),
    ("a service in a profile", "  shop-worker:\n", "  shop-worker:\n    profiles: [jobs]\n", ["BG101 1 shop-worker"]),
    ("a service that only Compose has", "networks:", "  mail: {image: mailhog}\nnetworks:", ["BG102 21 mail"]),
    (
        "an alias that is another's name", "    image: postgres:17.2-bookworm",
        "    image: postgres:17\n    networks: {default: {aliases: [shop-server]}}", ["BG103 4 shop-db"],
    ),
    (
        "a container's name that is another's", "  shop-worker:\n",
        "  shop-worker:\n    container_name: shop-server\n", ["BG103 20 shop-worker"],
    ),
    ("another network", "    name: shop-network", "    name: shop_default", ["BG104 22 shop-db"]),
    ("no name of the network", "networks:\n  default:\n    name: shop-network\n", "", ["BG104 2 shop-db"]),
    (
        "a service on a network of its own", "  shop-worker:\n", "  shop-worker:\n    networks: [jobs]\n",
        ["BG104 19 shop-worker"],
    ),
    (
        "a service on the host's network", "  shop-worker:\n", "  shop-worker:\n    network_mode: host\n",
        ["BG104 19 shop-worker"],
    ),
    ("another port", '"127.0.0.1:3000:3000", "9229', '"3000:4000", "9229', ["BG105 16 shop-server"]),
    ("another port in PORT", "      DB_HOST", "      PORT: 3001\n      DB_HOST", ["BG105 11 shop-server"]),
    ("a port in a range", '"127.0.0.1:3000:3000"', '"2999-3001:2999-3001"', []),
    ("another host", "DB_HOST: shop-db", "DB_HOST: postgres", ["BG106 11 shop-server"]),
    ("the container itself as database", "@shop-db:5432", "@localhost:5432", ["BG106 12 shop-server"]),
    ("another host in a URL", "http://localhost:8080/", "http://shop-sever:3000/", ["BG106 13 shop-server"]),
    ("another port in a URL", "http://localhost:8080/", "http://shop-server:3001/", ["BG107 13 shop-server"]),
    ("another port of the database", "@shop-db:5432", "@shop-db:5433", ["BG107 12 shop-server"]),
    ("the address that is listened at", "      DB_HOST", "      HOST: 0.0.0.0\n      DB_HOST", []),
    ("another version", "postgres:17.2-bookworm", "postgres:16", ["BG108 3 shop-db"]),
    ("no version", "postgres:17.2-bookworm", "postgres", ["BG108 3 shop-db"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), [each[1:] for each in VIOLATIONS], ids=[v[0] for v in VIOLATIONS])
def test_a_change_to_the_compose_file_is_found(old: str, new: str, expected: list[str], folder: Folder) -> None:
    folder.change("compose.yaml", old, new)
    found = [f"{rule} {line} {service}" for rule, _, line, service in folder.found("local")]
    assert found == sorted(expected, key=lambda each: int(each.split()[1]))


SIM_VIOLATIONS = [
    ("the target of development", "target: prod", "target: dev", ("BG201", "compose.sim.yaml", 3)),
    ("no target", "    build: {target: prod}", "    build: {target: !reset null}", ("BG201", "compose.yaml", 6)),
    ("a folder of the host", "    volumes: !reset []\n", "", ("BG202", "compose.yaml", 15)),
    ("a folder in place of another", "!reset []", "!override [./src:/src]", ("BG202", "compose.sim.yaml", 6)),
    ("a development command", "    command: !reset null\n", "", ("BG203", "compose.yaml", 8)),
    ("NODE_ENV", "    environment: {NODE_ENV: production}\n", "", ("BG204", "compose.yaml", 10)),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [e[1:] for e in SIM_VIOLATIONS], ids=[e[0] for e in SIM_VIOLATIONS]
)
def test_what_is_disposable_is_as_in_production(
    old: str, new: str, expected: tuple[str, str, int], folder: Folder
) -> None:
    folder.change("compose.sim.yaml", old, new)
    assert folder.found() == [(*expected, "shop-server")]
    assert folder.found("local") == []


@pytest.mark.parametrize(
    "command",
    [
        "npm run dev", "npm run start:dev", "yarn dev", "pnpm run watch", "nodemon server.js", "node --watch server.js",
        "[sh, -c, 'exec tsx watch src/index.ts']", "next dev", "vite --host", "ts-node-dev src/index.ts",
        "uvicorn app:app --reload", "node --inspect=0.0.0.0 server.js", "python manage.py runserver",
    ],
)  # fmt: skip
def test_a_development_command_is_one(command: str, folder: Folder) -> None:
    folder.change("compose.sim.yaml", "command: !reset null", f"command: {command}")
    assert [found[0] for found in folder.found("sim")] == ["BG203"]


@pytest.mark.parametrize(
    "command",
    ["npm start", "npm run start:prod", "node dist/index.js", "next start", "vite preview", "node dev/../server.js",
     "node migrate.js --watchdog"],
)  # fmt: skip
def test_a_command_of_production_is_none(command: str, folder: Folder) -> None:
    folder.change("compose.sim.yaml", "command: !reset null", f"command: {command}")
    assert folder.found("sim") == []


def test_services_yaml_is_held_to_the_same_rules(folder: Folder) -> None:
    folder.change(
        "services.yaml", "DB_HOST: shop-db", "DB_HOST: db\n    command: [npm, run, dev]\n    volumes: [./a:/a]"
    )
    assert [found[:3] for found in folder.found("sim")] == [
        ("BG106", "services.yaml", 9),
        ("BG203", "services.yaml", 10),
        ("BG202", "services.yaml", 11),
    ]


def test_an_env_file_is_named_with_its_line(folder: Folder) -> None:
    (folder.path / "server.env").write_text("# comment\nA=1\nexport DB_HOST=db\n")
    folder.change("compose.yaml", "      DB_HOST: shop-db\n", "")
    folder.change("compose.yaml", "    volumes: [./src", "    env_file: server.env\n    volumes: [./src")
    assert folder.found("local") == [("BG106", "server.env", 3, "shop-server")]


def test_the_fix_is_what_to_write(folder: Folder) -> None:
    folder.change("compose.yaml", "  shop-db:\n    image: postgres:17.2-bookworm", "  db:\n    image: postgres:16")
    assert folder.words("local").splitlines()[0].endswith("db is probably meant; rename db to shop-db")
    folder.change("compose.yaml", "  db:\n", "  shop-db:\n")
    said = "the image postgres:16 of shop-db is PostgreSQL 16, and services.yaml says 17; image: postgres:17"
    assert folder.words("local") == said


def test_no_secret_is_told(folder: Folder) -> None:
    folder.change("compose.yaml", "@shop-db:5432", "@elsewhere:5432")
    assert "secret" not in folder.words("local")


def test_a_waiver_takes_a_finding_away_and_says_why(folder: Folder) -> None:
    folder.change("compose.yaml", "networks:", "  mail: {image: mailhog}\nnetworks:")
    folder.change(
        "services.yaml", "environments:", "waive: [{rule: BG102, service: mail, reason: caught mail}]\nenvironments:"
    )
    checked = check(folder.path / "services.yaml", None, {})
    assert (checked.findings, checked.waived) == ((), 2)


def test_a_waiver_that_waives_nothing_is_told_once_all_environments_were_checked(folder: Folder) -> None:
    folder.change(
        "services.yaml",
        "environments:",
        "waive:\n- {rule: BG102, reason: x}\n- {rule: BG999, reason: x}\nenvironments:",
    )
    assert folder.found("local") == []
    assert [found[:3] for found in folder.found()] == [("BG901", "services.yaml", 12), ("BG901", "services.yaml", 13)]
    assert folder.words().splitlines() == [
        "nothing violates BG102; remove the waiver",
        "there is no rule BG999: did you mean BG901?; remove the waiver",
    ]


def test_a_waiver_needs_a_reason_and_a_rule(folder: Folder) -> None:
    folder.change("services.yaml", "environments:", "waive: [{rule: names}]\nenvironments:")
    with pytest.raises(InvalidConfig) as refusal:
        folder.found()
    assert "waive[0]: needs reason, such as" in refusal.value.message
    assert "waive[0].rule: should be the id of a rule" in refusal.value.message


def test_nothing_is_disposable_everywhere(folder: Folder) -> None:
    folder.change("services.yaml", "environments:", "disposable: true\nenvironments:")
    with pytest.raises(InvalidConfig, match="disposable: belongs into one of the environments"):
        folder.found()


def test_a_compose_file_that_is_not_there_is_told_where_it_is_named(folder: Folder) -> None:
    for name in ("compose.yaml", "compose.sim.yaml"):
        (folder.path / name).unlink()
    with pytest.raises(InvalidConfig) as refused:
        folder.found()
    assert [str(problem).removeprefix(f"{folder.path}/") for problem in refused.value.problems] == [
        "services.yaml:13:5: compose: can't be read: No such file or directory",
        "services.yaml:16:15: compose[0]: can't be read: No such file or directory",
    ]


def test_what_is_wrong_in_a_compose_file_is_told_there(folder: Folder) -> None:
    folder.change("compose.sim.yaml", "services:", "services: [")
    with pytest.raises(InvalidConfig, match=r"compose.sim.yaml:3:10: isn't valid YAML"):
        folder.found()


def test_a_compose_file_of_somebody_else_is_not_named_by_what_a_variable_held(folder: Folder) -> None:
    (folder.path / "compose.yaml").chmod(0o666)
    folder.change("services.yaml", "compose: compose.yaml", 'compose: "${FILE}"')
    with pytest.raises(InvalidConfig) as refused:
        check(folder.path / "services.yaml", "local", {"FILE": "compose.yaml"})
    assert refused.value.message.endswith(
        "services.yaml:13:5: compose: could be changed by somebody else: look at owners, modes and links on its way"
    )


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("postgres:17", 17), ("postgres:17.2-bookworm", 17), ("ghcr.io/acme/postgres:16-alpine@sha256:ab", 16),
        ("pgvector/pgvector:pg17", 17), ("timescale/timescaledb:latest-pg16", 16),
        ("timescale/timescaledb:2.17.0-pg15", 15),
        ("postgis/postgis:17-3.5", 17), ("localhost:5000/postgres", None), ("postgres:latest", None),
        ("postgres", None),
    ],
)  # fmt: skip
def test_a_tag_says_the_major_version(image: str, version: int | None) -> None:
    assert major_version(image) == version


def test_the_example_and_its_compose_file_fit() -> None:
    checked = check(Path("examples/vendure/services.yaml"), None, {})
    assert (checked.findings, checked.compared) == ((), ("local",))


def test_every_rule_is_documented() -> None:
    rows = re.findall(
        r"^\| `(BG\d{3})` \| (error|warning) \| (.+?) \|", Path("docs/services.md").read_text(), re.MULTILINE
    )
    assert rows == [(rule.id, str(rule.severity), rule.title) for rule in RULES.values()]
