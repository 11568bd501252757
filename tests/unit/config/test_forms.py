"""What Compose files say, in each of the forms that they say it."""

from pathlib import Path
from typing import Any

import pytest

from bluegreen.model.hooks import HookCommand
from bluegreen.model.service import Dependency, Logging, Ulimit
from tests.unit.config.conftest import Load, LoadService

BOTH = ("A", "1"), ("B", "two words"), ("C", "")

ACCEPTED: list[tuple[str, str, Any]] = [
    ("environment: {A: 1, B: two words, C: ''}", "environment", dict(BOTH)),
    ("environment: [A=1, B=two words, C=]", "environment", dict(BOTH)),
    ("environment: {A: 1.10, B: 010, C: yes, D: TRUE, E: 1e3, F: 22:22}", "environment",
     {"A": "1.10", "B": "010", "C": "yes", "D": "TRUE", "E": "1e3", "F": "22:22"}),
    ("environment: [URL=http://a/?b=c]", "environment", {"URL": "http://a/?b=c"}),
    ("environment: {A: 'a$$b'}", "environment", {"A": "a$b"}),
    ("env_file: []", "env_file", ()),
    ("labels: {com.example.team: 7, b: true}", "labels", {"com.example.team": "7", "b": "true"}),
    ("labels: [a=1, b]", "labels", {"a": "1", "b": ""}),
    ("sysctls: [net.core.somaxconn=1024]", "sysctls", {"net.core.somaxconn": "1024"}),
    ("extra_hosts: [db:10.0.0.3, six=::1, six-too:::1]", "extra_hosts",
     {"db": "10.0.0.3", "six": "::1", "six-too": "::1"}),
    ("extra_hosts: {host: host-gateway}", "extra_hosts", {"host": "host-gateway"}),
    ("command: node server.js --name 'a b'", "command", ("node", "server.js", "--name", "a b")),
    ("command: a '&&' \"x; y\" \\; 'it''s' http://a/?b=1&c=2", "command",
     ("a", "&&", "x; y", ";", "its", "http://a/?b=1&c=2")),
    ("command: [a, '&&', b]", "command", ("a", "&&", "b")),
    ("command: [sleep, 10, true]", "command", ("sleep", "10", "true")),
    ("command: []", "command", ()),
    ("entrypoint: ''", "entrypoint", ()),
    ("entrypoint: /bin/sh -c", "entrypoint", ("/bin/sh", "-c")),
    ("user: 1000", "user", "1000"),
    ("user: 1000:1000", "user", "1000:1000"),
    ("tmpfs: /tmp", "tmpfs", ("/tmp",)),
    ("tmpfs: [/tmp, '/run:size=64m,mode=1777']", "tmpfs", ("/tmp", "/run:size=64m,mode=1777")),
    ("networks: back", "networks", ("back",)),
    ("networks: {back: , front: {}}", "networks", ("back", "front")),
    ("mem_limit: 512m", "mem_limit", 512 * 1024**2),
    ("mem_limit: 1.5GB", "mem_limit", 3 * 512 * 1024**2),
    ("shm_size: 67108864", "shm_size", 64 * 1024**2),
    ("cpus: 0.5", "cpus", 0.5),
    ("cpus: '2'", "cpus", 2.0),
    ("ulimits: {nofile: 1024, core: {soft: 0, hard: -1}}", "ulimits",
     {"nofile": Ulimit(soft=1024, hard=1024), "core": Ulimit(soft=0, hard=-1)}),
    ("group_add: [audio, 999]", "group_add", ("audio", "999")),
    ("pids_limit: 200", "pids_limit", 200),
    ("pids_limit: -1", "pids_limit", -1),
    ("sysctls: {net.core.somaxconn: 1024, net.ipv4.ip_local_port_range: 1024 65000, fs.mqueue.msg_max: '010'}",
     "sysctls",
     {"net.core.somaxconn": "1024", "net.ipv4.ip_local_port_range": "1024 65000", "fs.mqueue.msg_max": "010"}),
    ("logging: {driver: local, options: {max-size: 10m, max-file: 3}}", "logging",
     Logging(driver="local", options={"max-size": "10m", "max-file": "3"})),
    ("stop_signal: SIGCLD", "stop_signal", "SIGCLD"),
    ("stop_signal: SIGRTMIN+3", "stop_signal", "SIGRTMIN+3"),
    ("stop_signal: '9'", "stop_signal", "9"),
    ("cap_add: [CAP_NET_ADMIN, CHECKPOINT_RESTORE]", "cap_add", ("CAP_NET_ADMIN", "CHECKPOINT_RESTORE")),
    ("restart: no", "restart", "no"),
    ("restart: 'no'", "restart", "no"),
    ("init: true", "init", True),
    ("stop_grace_period: 1m30s", "stop_grace_period", 90.0),
    ("volumes: ['data:/d', '/srv/x:/x:ro', '/anonymous']", "volumes", ("data:/d", "/srv/x:/x:ro", "/anonymous")),
    ("volumes: [{type: volume, source: vol, target: /v}]", "volumes", ("vol:/v",)),
    ("volumes: [{type: bind, source: /b, target: /b, read_only: true}]", "volumes", ("/b:/b:ro",)),
    ("volumes: [{type: bind, source: /b, target: /b, read_only: True}]", "volumes", ("/b:/b:ro",)),
    ("volumes: [{type: bind, source: /b, target: /b, read_only: false}]", "volumes", ("/b:/b",)),
    ("source: apps/**", "source", ("apps/**",)),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "field", "expected"), ACCEPTED, ids=[lines for lines, _, _ in ACCEPTED])
def test_form_is_read(lines: str, field: str, expected: object, load_web: LoadService) -> None:
    assert getattr(load_web(lines), field) == expected


def test_a_hook_is_a_command_or_a_mapping(load_text: Load) -> None:
    hooks = load_text(
        "project: shop\nnetwork: n\nservices: {web: {image: a, port: 1}}\n"
        "hooks: {pre_deploy: 'tell \"all of you\"', smoke: [./smoke, 1.10],"
        " post_deploy: {command: tell done, timeout: 5s}}\n"
    ).hooks
    assert (hooks.pre_deploy, hooks.smoke) == (
        HookCommand(command=("tell", "all of you")),
        HookCommand(command=("./smoke", "1.10")),
    )
    assert hooks.post_deploy == HookCommand.model_validate({"command": ["tell", "done"], "timeout": "5s"})
    assert hooks.on_failure is None


def test_dependencies_are_a_list_or_a_mapping(load_text: Load) -> None:
    services = load_text(
        "project: shop\nnetwork: n\nservices:\n"
        "  db: {kind: database, engine: postgres, version: 17}\n"
        "  api: {image: a, port: 1, depends_on: [db]}\n"
        "  web: {image: a, port: 1, depends_on: {api: {condition: service_healthy}, db: }}\n"
    ).services
    assert services["api"].depends_on == {"db": Dependency()}
    assert services["web"].depends_on == {"api": Dependency(condition="service_healthy"), "db": Dependency()}


@pytest.mark.parametrize(
    "lines", ["release_command: node migrate.js", "release_command: [node, migrate.js]",
              "release_command: {command: node migrate.js}"],
)  # fmt: skip
def test_a_release_command_is_a_command_or_a_mapping(lines: str, load_web: LoadService) -> None:
    command = load_web(lines).release_command
    assert command is not None
    assert command.command == ("node", "migrate.js")
    assert command.timeout == 600


def test_texts_to_fail_on_are_one_or_many(load_web: LoadService) -> None:
    command = load_web("release_command: {command: migrate, fail_on_output: oh no}").release_command
    assert command is not None
    assert command.fail_on_output == ("oh no",)


def test_http_probes_are_one_or_many(load_web: LoadService) -> None:
    one = load_web("health: {http: {path: /a?b=c, expect_status: 204}}").health
    many = load_web("health: {http: [{path: /a}, {path: /b, expect_status: [200, 301]}], command: test -f /ok}").health
    assert [(probe.path, probe.expect_status) for probe in one.http] == [("/a?b=c", (204,))]
    assert [(probe.path, probe.expect_status) for probe in many.http] == [("/a", (200,)), ("/b", (200, 301))]
    assert many.command == ("test", "-f", "/ok")


def test_json_keeps_its_types(load_web: LoadService) -> None:
    body = (
        "{a: 1, b: 1.10, c: true, d: null, e: '1', f: [0x10, 0o17, +5, 1e3, .5], g: no, h: 22:22, i: .inf, j: ~,"
        " json: {environment: 010}, k: 1e999}"
    )
    probe = load_web(f"health: {{http: {{method: POST, json: {body}, expect_json: {{data.0.ok: true, x: null}}}}}}")
    assert probe.health.http[0].body_json == {
        "a": 1, "b": 1.1, "c": True, "d": None, "e": "1", "f": [16, 15, 5, 1000.0, 0.5], "g": "no", "h": "22:22",
        "i": ".inf", "j": None, "json": {"environment": 10}, "k": "1e999",
    }  # fmt: skip
    assert probe.health.http[0].expect_json == {"data.0.ok": True, "x": None}


def test_relative_paths_are_below_the_file(load_text: Load, tmp_path: Path) -> None:
    project = load_text(
        "project: shop\nnetwork: n\n"
        "proxy: {https: 443, tls: [{hosts: [a.example.com], certificate: tls/a.pem, key: /etc/a.key}]}\n"
        "services:\n  web:\n    image: a\n    port: 1\n    routes: [{host: a.example.com}]\n"
        "    volumes: ['./data:/d', '../up:/u:ro', '.:/here', {type: bind, source: etc, target: /e}]\n"
    )
    assert project.services["web"].volumes == (
        f"{tmp_path}/data:/d", f"{tmp_path.parent}/up:/u:ro", f"{tmp_path}:/here", f"{tmp_path}/etc:/e",
    )  # fmt: skip
    assert project.proxy.tls[0].certificate == f"{tmp_path}/tls/a.pem"
    assert project.proxy.tls[0].key == "/etc/a.key"


def test_addresses_to_listen_on_are_made_one(load_text: Load) -> None:
    proxy = load_text(
        "project: shop\nnetwork: n\nproxy: {http: '127.0.0.1:08080'}\nservices: {web: {image: a, port: 1}}"
    ).proxy
    assert proxy.http == "127.0.0.1:8080"


def test_anchors_and_merge_keys_are_compose_s(load_text: Load) -> None:
    services = load_text(
        "project: shop\nnetwork: n\n"
        "x-one: &one {image: one, port: 1, user: one}\n"
        "x-two: &two {user: two, working_dir: /two}\n"
        "services:\n"
        "  a: {<<: [*one, *two], port: 2}\n"
        "  b: {port: 3, <<: *one}\n"
    ).services
    a, b = services["a"], services["b"]
    assert (a.image, a.port, a.user, a.working_dir) == ("one", 2, "one", "/two"), "the earlier mapping is stronger"
    assert (b.image, b.port, b.user) == ("one", 3, "one"), "what is written is stronger than what is merged"


def test_a_quoted_merge_key_is_a_key(load_web: LoadService) -> None:
    assert load_web("labels: {'<<': a}").labels == {"<<": "a"}


def test_services_named_like_keys_are_services(load_text: Load) -> None:
    project = load_text(
        "project: shop\nnetwork: n\nservices:\n"
        "  environment: {image: a, port: 1, replicas: 2}\n"
        "  json: {image: a, port: 1, init: true, depends_on: [environment]}\n"
    )
    assert project.services["environment"].replicas == 2
    assert project.services["json"].init is True
