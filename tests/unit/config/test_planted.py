"""What a variable or an env file held is in no finding, whatever rule it violates."""

from pathlib import Path

import pytest

from bluegreen.config.invariants.check import Checked, check
from bluegreen.config.invariants.rules import IDLE_WAIVER, RULES

PLANTED = {"WORD": "hunter2", "NUMBER": "54321", "MYURL": "postgres://shop-server:54321/hunter2@db/x", "NET": "net2"}

SERVICES = """\
project: shop
network: ${NET}
services:
  shop-db: {kind: database, engine: postgres, version: 17}
  shop-server:
    image: acme/server
    port: 3000
    env_file: [server.env]
    environment: {DB_HOST: "${WORD}", MYURL: }
  shop-worker: {kind: worker, image: acme/server, command: "npm run ${WORD}:dev"}
environments:
  sim:
    disposable: true
    compose: compose.yaml
    services:
      shop-db: {image: "postgres:${WORD}", volumes: ["/${WORD}:/data"]}
"""

COMPOSE = """\
name: ${WORD}
services:
  shop-db: {image: "postgres:${WORD}-16", container_name: "shop-${ROLE}"}
  shop-server:
    build: {target: "${WORD}"}
    command: npm run ${WORD}:dev
    environment: ["DB_HOST=${WORD}", "PORT=${NUMBER}", "NODE_ENV=${WORD}", "API=http://shop-server:${NUMBER}/"]
    networks: [default, "${WORD}", other]
    ports: ["${NUMBER}:${NUMBER}"]
    volumes: ["/${WORD}:/app"]
  shop-worker: {profiles: ["${WORD}"]}
  strange: {}
networks: {other: {name: "${WORD}"}}
"""


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """Files that violate every rule by values of variables, and of an env file."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("services.yaml", SERVICES), ("compose.yaml", COMPOSE), ("server.env", "PGHOST=hunter2\n")):
        Path(name).write_text(text)
    return check(Path("services.yaml"), "sim", {**PLANTED, "ROLE": "server"})


def test_no_rule_tells_what_a_variable_held(checked: Checked) -> None:
    assert {each.rule.id for each in checked.findings} == RULES.keys() - {IDLE_WAIVER.id}
    for each in checked.findings:
        assert not [held for held in ("hunter2", "54321", "net2") if held in f"{each.message} {each.fix}"], each.message


def test_the_variable_is_named_and_what_is_wrong_with_it(checked: Checked) -> None:
    said = {(each.place.file, each.place.line): f"{each.message}; {each.fix}" for each in checked.findings}
    assert said["server.env", 1] == (
        "PGHOST of shop-server names a host that is no service of services.yaml; name shop-db"
    )
    told = [f"{each.message}; {each.fix}" for each in checked.findings if each.rule.id == "BG107"]
    assert "MYURL of shop-server asks a service at another port than its own; the port that services.yaml says" in told


def test_what_is_written_is_told_but_no_beginning_of_a_password(tmp_path: Path) -> None:
    urls = "A: http://shop-server:1/, B: http://srv/, C: postgres://shop-server:9876/x@db/y, DB_HOST: localhost"
    text = f"{SERVICES.partition('environments')[0]}environments: {{sim: {{disposable: true}}}}\n"
    (tmp_path / "server.env").touch()
    (tmp_path / "services.yaml").write_text(text.replace('DB_HOST: "${WORD}", MYURL: ', urls))
    told = "\n".join(
        f"{each.message}; {each.fix}" for each in check(tmp_path / "services.yaml", "sim", PLANTED).findings
    )
    assert "A of shop-server asks shop-server at port 1, and its port is 3000; shop-server:3000" in told
    assert "B of shop-server names srv, which is no service" in told
    assert "DB_HOST of shop-server names localhost: inside a container that is the container itself" in told
    assert "C of shop-server asks a service at another port than its own" in told
    assert "9876" not in told
