"""Secrets stay where they belong: planted in every place that may hold one, and looked for in every other."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from typing import Any

import pytest

from tests.engine.product.shop import HEALTH, ROOT, Shop
from tests.engine.registry import Registry
from tests.local.receiver import Receiver
from tests.waiting import wait_until

DATABASE = {"kind": "database", "engine": "postgres", "version": 17}
PLACES = ("caller", "file", "header", "hook", "database", "registry", "address", "key", "address-file", "key-file")
HELPER = '#!/bin/sh\n: > "$0.asked"\ncat > /dev/null\necho \'{"Username": "deployer", "Secret": "%s"}\'\n'
CRASH = """
import sys
from bluegreen.cli.entry import main
from bluegreen.engine.docker import DockerEngine

def start(self, spec):
    values = spec.options.environment
    raise ZeroDivisionError

DockerEngine.start = start
sys.exit(main(sys.argv[1:]))
"""


class Watched:
    """A shop with a secret in each place, and all that was said and shown of its commands."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.secrets = {place: f"planted-{place}-{token_hex(12)}" for place in PLACES}
        self.shown: dict[str, str] = {}
        self.surroundings = {
            "PLANTED": self.secrets["caller"],
            "TOKEN": self.secrets["header"],
            "HOOK_PASSWORD": self.secrets["hook"],
            "NOTIFY_ADDRESS": self.secrets["address"],
            "NOTIFY_KEY": self.secrets["key"],
            "XDG_STATE_HOME": str(shop.folder / "home"),
            "DOCKER_CONFIG": str(shop.folder / "docker"),
            "PATH": f"{shop.folder / 'docker'}:{os.environ['PATH']}",
        }

    def run(self, status: int, *words: str, program: tuple[str, ...] = ("-m", "bluegreen")) -> None:
        """Run a command, and note what it says."""
        command = [sys.executable, *program, *self.shop.command(*words)[3:]]
        around = self.shop.surroundings(**self.surroundings)
        done = subprocess.run(command, env=around, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == status, f"{words}\n{done.stdout}\n{done.stderr}"
        self.shown[f"what {' '.join(words)} said ({len(self.shown)})"] = done.stdout + done.stderr

    def leaks(self) -> dict[str, set[str]]:
        """Where a secret is, beside the copies of releases, and which."""
        found = {where: {place for place, secret in self.secrets.items() if secret in text} for where, text in self}
        return {where: places for where, places in found.items() if places}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from self.shown.items()
        for path in (*self.shop.state.rglob("*"), *(self.shop.folder / "home").rglob("*")):
            if path.is_file() and path.name != "release.json":
                yield str(path), path.read_bytes().decode("latin-1")
        for container in self.shop.engine.containers(all=True, filters={"name": f"^/{self.shop.project}-proxy$"}):
            yield "nginx's log", self.shop.engine.logs(container["Id"]).decode(errors="replace")


@contextmanager
def process_list(watched: Watched) -> Iterator[None]:
    """Look at every command line of the machine while the block runs."""
    over = Event()
    seen: set[str] = set()

    def look() -> None:
        while not over.wait(0.02):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes().decode("latin-1"))
                except OSError:
                    continue

    thread = Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        assert any("bluegreen" in line for line in seen)
        watched.shown["the process list"] = "\n".join(seen)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who is told."""
    with Receiver() as found:
        yield found


@pytest.fixture
def watched(shop: Shop, registry: Registry, receiver: Receiver) -> Watched:
    """Plant the secrets."""
    found = Watched(shop)
    (shop.folder / "address").write_text(f"{receiver.url}/{found.secrets['address-file']}")
    (shop.folder / "key").write_text(found.secrets["key-file"])
    shop.notify = [
        {"url": f"{receiver.url}/${{NOTIFY_ADDRESS}}", "secret": "${NOTIFY_KEY}"},
        {"url_file": "address", "secret_file": "key", "format": "slack"},
        # a server that nobody listens at: what can't be delivered is told
        {"url": "http://127.0.0.1:9/${NOTIFY_ADDRESS}", "secret": "${NOTIFY_KEY}", "on": ["failed"]},
    ]
    (shop.folder / ".env").write_text(f"FROM_FILE={found.secrets['file']}\n")
    helper = shop.folder / "docker/docker-credential-planted"
    helper.parent.mkdir()
    (shop.folder / "home").mkdir()
    helper.write_text(HELPER % found.secrets["registry"])
    helper.chmod(0o755)
    (helper.parent / "config.json").write_text(json.dumps({"credHelpers": {registry.address: "planted"}}))
    shop.web(
        environment={"FROM_CALLER": "${PLANTED}", "URL": f"postgresql://a:{found.secrets['database']}@db/a"},
        env_file=".env",
        health={**HEALTH, "http": {**HEALTH["http"], "headers": {"X-Token": "${TOKEN}"}}},  # type: ignore[dict-item]
        release_command={"command": ["migrate"]},
    )
    shop.hooks = {"smoke": {"command": ["sh", "-c", 'test -z "$$HOOK_PASSWORD$$PLANTED" && env']}}
    shop.services[shop.named("db")] = dict(DATABASE)
    database(shop, found.secrets["database"])
    return found


def database(shop: Shop, password: str) -> None:
    """Start PostgreSQL with this password, and wait until it serves."""
    shop.engine.create_network(shop.project, labels={"bluegreen.project": shop.project})
    network: Any = {shop.project: shop.engine.create_endpoint_config()}
    made = shop.engine.create_container(
        "postgres:17",
        name=shop.named("db"),
        environment={"POSTGRES_PASSWORD": password},
        networking_config=shop.engine.create_networking_config(network),
    )["Id"]
    shop.engine.start(made)

    def serves() -> bool:
        asked = shop.engine.exec_create(made, ["pg_isready", "-h", "127.0.0.1"])["Id"]
        shop.engine.exec_start(asked)
        return bool(shop.engine.exec_inspect(asked)["ExitCode"] == 0)

    wait_until(serves, "the database serves", 60)


@pytest.mark.timeout(900)  # some forty commands
def test_no_secret_is_shown_logged_recorded_or_listed(watched: Watched, registry: Registry, receiver: Receiver) -> None:
    shop, name = watched.shop, watched.shop.named("server")
    with process_list(watched):
        watched.run(0, "check")
        watched.run(0, "schema")
        watched.run(0, "plan")
        watched.run(0, "deploy")
        with shop.changed():
            shop.environment("server", FAIL_HEALTH="1")
            shop.services[name]["health"]["deadline"] = "1s"
            for more in ([], ["--json"], ["--summary", str(shop.folder / "home/summary.md")]):
                watched.run(1, "deploy", *more)
        with shop.changed():
            shop.environment("server", MIGRATION="fail")
            watched.run(1, "deploy")
        watched.run(1, "deploy", "--image", f"{name}={registry.address}/nobody:1")
        watched.run(0, "deploy", "--tag", "v2", "--json")
        watched.run(0, "rollback")
        watched.run(0, "deploy", "--tag", "v2", "--hold")
        watched.run(0, "status")
        watched.run(0, "promote")
        watched.run(0, "deploy", "--tag", "v3", "--hold", "--json")
        watched.run(0, "abort")
        for words in ("status", "history", "audit", "plan", "check", "doctor", "changed"):
            watched.run(0, words, "--json")
            watched.run(0, words)
        watched.run(0, "logs", name)
        watched.run(0, "proxy", "show")
        watched.run(0, "diff", *sorted(path.name for path in (shop.state / "releases").iterdir())[:2])
        watched.run(2, "abort")
        watched.run(2, "up")
        watched.run(2, "down")
        watched.run(2, "init", "--container", shop.named("server-blue"))
        watched.run(0, "init", "-f", str(shop.folder / "drafted.yaml"), "--container", shop.named("db"))
        watched.run(2, "rollback", "--to", watched.secrets["caller"][:4])
        watched.run(3, "deploy", "--tag", "v3", program=("-c", CRASH))
    reports = [*shop.state.glob("report-*.txt")]
    copies = [path.read_text() for path in shop.state.glob("releases/*/release.json")]
    assert reports
    assert "What failed" in (shop.folder / "home/summary.md").read_text()
    assert (shop.folder / "docker/docker-credential-planted.asked").exists()
    assert all(watched.secrets[place] in copies[0] for place in ("caller", "file", "database", "header"))
    told = receiver.received
    assert all(any(watched.secrets[place] in each.path for each in told) for place in ("address", "address-file"))
    watched.shown["what others were told"] = "".join(f"{each.headers}{each.body!r}" for each in told)
    assert any("notify[2]: failed was not delivered to 127.0.0.1: " in said for said in watched.shown.values())
    assert watched.leaks() == {}
    assert watched.secrets["database"] not in (shop.folder / "drafted.yaml").read_text()


def test_a_disposable_environment_shows_none(shop: Shop) -> None:
    watched, db = Watched(shop), shop.named("db")
    password, sim = watched.secrets["database"], ("--env", "prod-sim")
    shop.services[db] = dict(DATABASE)
    url = f"postgresql://postgres:{password}@{db}/postgres"
    shop.web(environment={"DATABASE_URL": url, "FROM_CALLER": "${PLANTED}"}, release_command={"command": ["migrate"]})
    made = {
        "environment": {"POSTGRES_PASSWORD": password},
        "volumes": [f"{shop.project}-data:/var/lib/postgresql/data"],
    }
    shop.environments = {"prod-sim": {"disposable": True, "services": {db: made}}}
    with process_list(watched):
        watched.run(0, "up", *sim)
        watched.run(0, "status", *sim)
        watched.run(0, "up", *sim, "--json")
        watched.run(0, "doctor", *sim, "--json")
        assert watched.leaks() == {}
        watched.run(0, "down", "--volumes", *sim)
    assert watched.leaks() == {}


def test_whatever_is_below_the_state_directory_is_closed(shop: Shop) -> None:
    shop.web()
    shop.deploy()
    modes = {path: path.lstat().st_mode & 0o777 for path in (shop.state, *shop.state.rglob("*"))}
    public = shop.state / "nginx"
    for path, mode in modes.items():
        kind = path.is_dir(), path == public or path.is_relative_to(public)
        wanted = {(True, False): 0o700, (True, True): 0o755, (False, False): 0o600, (False, True): 0o644}[kind]
        assert path.is_symlink() or mode == wanted, path
