"""docs/services.md and services.yaml: complete, and true."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from bluegreen.config.keys import keys_of
from bluegreen.config.load import environments, load
from bluegreen.config.overlay import differing
from bluegreen.model import hooks, notify, project
from bluegreen.model import service as model
from bluegreen.model.service import Kind
from bluegreen.model.spec import Spec

OURS = Path("services.yaml")
DOCS = Path("docs/services.md")

SECTIONS: dict[str, type[Spec]] = {
    "Top": project.Project, "compose": project.ComposeFiles, "waive": project.Waiver,
    "proxy": project.ProxySettings, "tls": project.Tls, "hooks": hooks.Hooks, "hook": hooks.HookCommand,
    "notify": notify.Notification,
    "What it is": model.Service,
    "How it runs": model.Service, "routes": model.Route, "depends_on": model.Dependency,
    "release_command": model.ReleaseCommand, "health": model.Health, "http": model.HttpProbe, "tcp": model.TcpProbe,
    "bake": model.Bake, "ulimits": model.Ulimit, "logging": model.Logging,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    section: str
    key: str
    default: str


def rows() -> Iterator[Row]:
    section = ""
    for line in DOCS.read_text().splitlines():
        section = line.lstrip("# ") if line.startswith("#") else section
        if section in SECTIONS and (match := re.match(r"\| `(\w+)` \|[^|]+\|([^|]*)\|[^|]+\|$", line)):
            yield Row(section, match[1], match[2].strip())


ROWS = list(rows())


@pytest.mark.parametrize("documented", set(SECTIONS.values()), ids=lambda each: each.__name__)
def test_every_key_is_documented_once(documented: type[Spec]) -> None:
    keys = sorted(row.key for row in ROWS if SECTIONS[row.section] is documented)
    assert keys == sorted([*keys_of(documented), *(["environments"] if documented is project.Project else [])])


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.key != "environments"], ids=lambda row: f"{row.section} {row.key}"
)
def test_the_documented_default_is_the_default(row: Row) -> None:
    info = keys_of(SECTIONS[row.section])[row.key]
    assert info.is_required() == (row.default == "required")
    if info.is_required() or row.key == "state_dir":
        return
    if not row.default:
        assert info.default in (None, (), {}) or isinstance(info.default, Spec)
        return
    value: Any = yaml.safe_load(row.default.strip("`"))
    many = isinstance(info.default, tuple) and not isinstance(value, list)
    written = {**EXAMPLE.get(SECTIONS[row.section], {}), row.key: [value] if many else value}
    name = next(name for name, each in SECTIONS[row.section].model_fields.items() if each is info)
    assert getattr(SECTIONS[row.section].model_validate(written), name) == info.default


EXAMPLE: dict[type[Spec], dict[str, Any]] = {
    project.Project: {"project": "shop", "network": "shop", "services": {}},
    model.Service: {"name": "web"},
    model.Route: {"host": "shop.example.com"},
    model.ReleaseCommand: {"command": ["migrate"]},
    project.ComposeFiles: {"files": ["compose.yaml"]},
    project.Waiver: {"rule": "BG102", "reason": "why"},
    hooks.HookCommand: {"command": ["tell"]},
}


def test_what_may_differ_is_documented() -> None:
    root = differing(["<name>"])
    service = root.below["services"].below["<name>"]
    documented = {
        where: set(re.findall(r"`(\w+)`", keys))
        for where, keys in re.findall(
            r"^\| (top|`[^|]+`) \| (`[^|]+) \|$", DOCS.read_text().partition("## env")[2], re.MULTILINE
        )
    }
    assert documented == {
        "top": root.keys,
        "`proxy`": root.below["proxy"].keys,
        "`services.<name>`": service.keys,
        "`services.<name>.health`": service.below["health"].keys,
    }


def test_the_first_example_is_a_whole_file(tmp_path: Path) -> None:
    example = re.findall(r"```yaml\n(.+?)```", DOCS.read_text(), re.DOTALL)[0]
    (tmp_path / "services.yaml").write_text(example)
    assert list(load(tmp_path / "services.yaml", None, {}).services) == ["shop-server"]


def test_the_example_of_an_env_file_is_one(tmp_path: Path) -> None:
    from bluegreen.config.dotenv import read_env_file  # noqa: PLC0415

    (tmp_path / ".env").write_text(re.findall(r"```sh\n(.+?)```", DOCS.read_text(), re.DOTALL)[0])
    values = read_env_file(tmp_path / ".env", ".env", {})
    assert values["SINGLE"] == "taken as it is: $ and # and \\n; only ' is a quote"
    assert values["DOUBLE"] == 'with \n, \t, " and value'
    assert values["PASSWORD"] == "pa$$word"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The repository's services.yaml with the files that a deployment has beside it."""
    shutil.copy(OURS, tmp_path)
    for name in (".env.server", ".env.prod-sim"):
        (tmp_path / name).write_text("DB_PASSWORD='secret'\n")
    return tmp_path / OURS.name


@pytest.mark.parametrize("environment", [None, "local", "prod-sim", "production"])
def test_our_own_services_are_the_four_of_a_vendure_shop(environment: str | None, checkout: Path) -> None:
    project = load(checkout, environment, {})
    assert {name: service.kind for name, service in project.services.items()} == {
        "vendure-db": Kind.DATABASE,
        "vendure-server": Kind.WEB,
        "vendure-worker": Kind.WORKER,
        "vendure-storefront": Kind.WEB,
    }
    assert (project.project, project.network) == ("vendure", "vendure-network")
    assert project.services["vendure-db"].version == 17


def test_our_own_environments_are_three(checkout: Path) -> None:
    assert environments(checkout) == ("local", "prod-sim", "production")


def test_most_keys_occur_in_our_own_services() -> None:
    """And all of them in the reference, which the first test here shows."""
    words = set(re.findall(r"^\s*-?\s*(\w+):|[{,]\s*(\w+):", OURS.read_text(), re.MULTILINE))
    used = {word for pair in words for word in pair}
    keys = {key for each in SECTIONS.values() for key in keys_of(each)}
    assert keys - used == {
        "cap_add", "compose", "docker", "entrypoint", "extra_hosts", "files", "group_add", "labels", "networks", "on",
        "pids_limit", "platform", "profiles", "reason", "rule", "secret", "secret_file", "service",
        "state_dir", "strip", "sysctls", "url", "verify", "waive", "working_dir",
    }  # fmt: skip
