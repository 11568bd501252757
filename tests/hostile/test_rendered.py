"""What is accepted from services.yaml is one value in nginx's configuration: it adds, ends and changes no directive.

By way of the real reader, for every text that the schema knows: one without a place in DOCUMENT fails the test.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluegreen.config.keys import keys_of, model_of
from bluegreen.config.load import load
from bluegreen.config.problem import InvalidConfig
from bluegreen.model.color import Color
from bluegreen.model.project import Project
from bluegreen.model.routing import Proxied, Routing, Slot
from bluegreen.model.service import Kind
from bluegreen.model.spec import Spec
from bluegreen.proxy.render import render
from tests.hostile.test_injection import parse, shape
from tests.unit.config.yaml_text import escaped, written
from tests.unit.proxy.routings import ABILITIES

Place = tuple[str | int, ...]
Field = tuple[str, str]
"""A model's name and one of its keys."""

DOCUMENT: dict[str, Any] = {
    "project": "acme",
    "network": "net-one",
    "state_dir": "/srv/state",
    "release": "tag",
    "tags": ["2.*"],
    "branches": ["main"],
    "verify": ["cosign", "verify", "{image}"],
    "hooks": {"smoke": {"command": ["look"], "timeout": "71s"}},
    "notify": [
        {"url": "https://hooks.test/a", "secret": "its key", "on": ["failed"]},
        {"url_file": "address", "secret_file": "key"},
    ],
    "compose": {"files": ["their.yaml"], "profiles": ["front"]},
    "waive": [{"rule": "BG102", "service": "them", "reason": "so it is"}],
    "proxy": {
        "image": "nginx:1.30",
        "http": "127.0.0.1:8080",
        "https": "127.0.0.1:8443",
        "tls": [{"hosts": ["shop.test"], "certificate": "/certs/a.crt", "key": "/certs/a.key"}],
        "trust_proxy": ["10.0.0.0/8"],
        "health_path": "/up",
    },
    "services": {
        "alpha": {
            "image": "acme/shop:1",
            "source": ["apps/shop/**"],
            "ignore": ["docs/**"],
            "port": 3000,
            "routes": [
                {"host": "shop.test", "path": "/api", "max_body": "17m", "timeout": "61s"},
                {"host": "*.b.test", "path": "/deep", "strip": True},
            ],
            "depends_on": ["beta"],
            "release_command": {"command": ["migrate"], "fail_on_output": ["went wrong"], "timeout": "62s"},
            "health": {
                "http": [
                    {
                        "path": "/health?full=1",
                        "headers": {"X-Token": "t0ken"},
                        "expect_body": "all well",
                        "expect_json": {"status.code": 1},
                    }
                ],
                "command": ["probe"],
                "interval": "63s",
                "timeout": "64s",
                "deadline": "65s",
            },
            "environment": {"VARIABLE": "its value"},
            "env_file": ["some.env"],
            "command": ["serve"],
            "entrypoint": ["enter"],
            "bake": {"for": "66s", "max_5xx": "7%"},
            "drain_timeout": "67s",
            "stop_grace_period": "68s",
            "mem_limit": "69m",
            "shm_size": "70m",
            "cpus": "1.5",
            "user": "node",
            "working_dir": "/srv/work",
            "volumes": ["data:/data"],
            "tmpfs": ["/scratch"],
            "labels": {"label.name": "label value"},
            "networks": ["net-two"],
            "stop_signal": "SIGQUIT",
            "logging": {"driver": "local", "options": {"max-size": "9m"}},
            "ulimits": {"nofile": 99},
            "cap_add": ["NET_RAW"],
            "cap_drop": ["ALL"],
            "group_add": ["audio"],
            "security_opt": ["no-new-privileges:true"],
            "sysctls": {"net.core.somaxconn": "1025"},
            "extra_hosts": {"other.test": "10.1.2.3"},
            "platform": "linux/amd64",
        },
        "beta": {"image": "acme/front", "port": 4000, "routes": [{"host": "shop.test"}]},
        "gamma": {
            "kind": "database", "engine": "postgres", "version": 17, "database": "the_base", "db_user": "the_user"
        },
    },
}  # fmt: skip

ANY_TEXT = {
    ("Health", "command"),
    ("HookCommand", "command"),
    ("HttpProbe", "expect_json"),
    ("Logging", "options"),
    ("Project", "verify"),
    ("ReleaseCommand", "command"),
    ("Service", "command"),
    ("Service", "entrypoint"),
    ("Service", "environment"),
    ("Service", "labels"),
}
"""Keys below which any text may stand: the engine and the application get it as it is."""

CHECKED = {
    ("ProxySettings", "http"),
    ("ProxySettings", "https"),
    ("ProxySettings", "trust_proxy"),
    ("Service", "extra_hosts"),
}
"""Keys with addresses, which are checked by more than a pattern."""

WRITTEN = {
    *("alpha", "beta", "acme", "shop.test", "*.b.test", "/api", "/deep", "/up"),
    *("10.0.0.0/8", "127.0.0.1:8443", "17m", "61s", "67s"),
}
"""Texts of the document that stand in nginx's configuration."""

STEERING = frozenset(";{}\"'\\$# \n\r\t\0\x1b\u2028")
EVIL = (
    *(
        "a;",
        "a; return 200",
        "}",
        "a } http { b",
        "{",
        '"',
        "'",
        "\\",
        "$uri",
        "#",
        "a b",
        "a\nreturn 200;",
        "\n",
        "\r\n",
    ),
    *(
        "\0",
        "\t",
        "\x1b[2J",
        "\u2028",
        "\u00e9",
        "/a;b",
        "/a b{",
        "/$uri",
        '/"',
        "/a\n",
        "/\u00e9",
        "a.test;",
        "a.test\n",
    ),
    *(
        "10.0.0.0/8;",
        "10.0.0.0/8\n",
        "80;",
        "80\n",
        "9s;",
        "9s\n",
        "9m\n",
        "~^.*$",
        "_",
        "default",
        "include",
        "-",
        "*",
    ),
    *("..", "/..", "//", "/", "/x/", "/x", "/(", "/a+b", "/*", "/%", "/~", "x", "a-b", "x.y", "1", "::1", "9.9.9.9:9"),
)


def places(value: Any, path: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text of a document, with its place; that of a key ends in `[key]`."""
    match value:
        case dict():
            for key, each in value.items():
                yield (*path, key, "[key]"), key
                yield from places(each, (*path, key))
        case list():
            for index, each in enumerate(value):
                yield from places(each, (*path, index))
        case str():
            yield path, value
        case _:
            pass


def field_at(path: Place) -> Field | None:
    """Return what a text is a value of; None for the schema's own keys."""
    model: type[Spec] = Project
    field = None
    for step in path:
        info = keys_of(model).get(str(step))
        if info:
            field, model = (model.__name__, str(step)), model_of(info.annotation) or model
        elif step == "[key]":
            own = path[-2] == (field and field[1])
            return None if own else field
    return field


def models(model: type[Spec] = Project) -> Iterator[type[Spec]]:
    """Every mapping of the schema."""
    yield model
    for info in keys_of(model).values():
        if below := model_of(info.annotation):
            yield from models(below)


def texts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every text within a JSON schema that is not one of a few."""
    match schema:
        case {"type": "string"} if not {"enum", "const"} & schema.keys():
            yield schema
        case dict():
            for each in schema.values():
                yield from texts(each)
        case list():
            for each in schema:
                yield from texts(each)
        case _:
            pass


TEXTS = {
    (model.__name__, key): [*texts(model.model_json_schema()["properties"][key])]
    for model in models()
    for key in keys_of(model)
}
NAMES = {text for path, text in places(DOCUMENT) if path[-1] == "[key]"}
"""Keys take no variables."""
OLD = sorted({text for path, text in places(DOCUMENT) if field_at(path)} - {"database", "postgres", "tag"})


def replaced(value: Any, old: str, new: str) -> Any:
    """The document with one text in place of another, wherever it stands."""
    match value:
        case dict():
            return {new if key == old else key: replaced(each, old, new) for key, each in value.items()}
        case list():
            return [replaced(each, old, new) for each in value]
        case _:
            return new if value == old else value


def accepted(folder: Path, old: str, new: str, *, by_variable: bool = False) -> Project | None:
    """Read the document with `new` in place of `old`; None if it is refused, as it should be where it is wrong."""
    text = written(escaped(replaced(DOCUMENT, old, "TEXT-TO-BE" if by_variable else new)))
    (folder / "services.yaml").write_text(text.replace("TEXT-TO-BE", "${EVIL}"))
    (folder / "some.env").touch()
    try:
        return load(folder / "services.yaml", None, {"EVIL": new})
    except InvalidConfig:
        return None


def rendered(project: Project, version: str = "1.30") -> str:
    """The configuration in which every web service serves from blue."""
    services = tuple(
        Proxied(s.name, s.port or 0, s.routes, {Color.BLUE: Slot((f"{s.name}-blue:{s.port}",))})
        for s in project.of_kind(Kind.WEB)
    )
    return render(Routing(project.project, project.proxy, services, "172.18.0.1", ABILITIES[version], 2), 7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rendered")


@pytest.fixture(scope="module")
def plain(folder: Path) -> str:
    project = accepted(folder, "none", "none")
    assert project
    return rendered(project)


def expected_shape(folder: Path, plain: str, old: str, new: str) -> Any:
    """Return the shape that it should have: a path has one place in the text if it ends in a slash, else two."""
    if old not in ("/api", "/deep"):
        return shape(parse(plain))
    project = accepted(folder, old, new if new == "/" else "/plain/" if new.endswith("/") else "/plain")
    assert project
    return shape(parse(rendered(project)))


def check(folder: Path, plain: str, old: str, new: str, *, by_variable: bool) -> bool:
    """Put one text in place of another; return whether it was accepted."""
    project = accepted(folder, old, new, by_variable=by_variable)
    if project is None:
        return False
    text = rendered(project)
    if old in WRITTEN:
        assert not STEERING & set(new)
        assert shape(parse(text)) == expected_shape(folder, plain, old, new)
    else:
        assert text == plain
    return True


def test_every_text_of_the_schema_has_a_place_in_the_document() -> None:
    covered = {field_at(path) for path, _ in places(DOCUMENT)}
    assert {field for field, found in TEXTS.items() if found} - covered == set()


def test_every_text_of_the_schema_is_of_an_allow_list_type_or_free_on_purpose() -> None:
    loose = {field for field, found in TEXTS.items() if any("pattern" not in each for each in found)}
    assert loose == (ANY_TEXT | CHECKED) - {("HttpProbe", "expect_json")}


@pytest.mark.parametrize("old", OLD)
def test_no_text_is_more_than_a_text(folder: Path, plain: str, old: str) -> None:
    for new in EVIL:
        check(folder, plain, old, new, by_variable=old not in NAMES)


@pytest.mark.parametrize("old", sorted(WRITTEN))
def test_none_that_is_written_into_it_has_more_behind_it(folder: Path, plain: str, old: str) -> None:
    assert check(folder, plain, old, old, by_variable=old not in NAMES)
    for more in sorted(STEERING):
        assert not check(folder, plain, old, old + more, by_variable=False)
        assert not check(folder, plain, old, old + more, by_variable=True)


@given(
    st.sampled_from(OLD),
    st.text(max_size=12) | st.lists(st.sampled_from([*";{}\"'\\$# \n\t\r/.-*a0:", "\0"]), max_size=8).map("".join),
    st.booleans(),
)
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
def test_nor_is_any_other(folder: Path, plain: str, old: str, new: str, by_variable: bool) -> None:  # noqa: FBT001
    check(folder, plain, old, new, by_variable=by_variable)
