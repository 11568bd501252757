"""Configurations that are wrong, by accident or by design: each a title and the bytes of a services.yaml."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bluegreen.config.keys import keys_of, model_of
from bluegreen.model.project import Project
from bluegreen.model.spec import Spec
from tests.hostile.test_yaml import HOSTILE
from tests.unit.config.cases import read_cases

HEAD = "project: shop\nnetwork: shop-network\n"
WEB = "  web:\n    image: shop\n    port: 3000\n"
GOOD = f"{HEAD}services:\n{WEB}"


class Bad(NamedTuple):
    """One wrong services.yaml."""

    title: str
    data: bytes
    environment: str | None = None


def web(lines: str) -> str:
    """A web service with these lines more."""
    return GOOD + "".join(f"    {line}\n" for line in lines.split("\n"))


BYTES = {
    "nothing": b"",
    "a comment alone": b"# services:\n",
    "an empty document": b"---\n...\n",
    "null": b"null\n",
    "a text": b"services",
    "a list": b"- a\n- b\n",
    "a number": b"42\n",
    "JSON that is cut": b'{"project": "shop", "services": {"web": {',
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "gzip": gzip.compress(GOOD.encode()),
    "a program": b"\x7fELF\x02\x01\x01" + b"\0" * 100,
    "UTF-16": GOOD.encode("utf-16"),
    "UTF-32": GOOD.encode("utf-32"),
    "Latin-1": b"project: caf\xe9\n",
    "UTF-8 that is too long": b"project: \xc0\xaf\n",
    "a surrogate in UTF-8": b"project: \xed\xa0\x80\n",
    "NUL": GOOD.encode() + b"x-a: \0\n",
    "an escape sequence": GOOD.encode() + b"x-a: \x1b[2J\n",
    "a C1 control": GOOD.encode() + "x-a: \x9b2J\n".encode(),
    "NUL by its escape": GOOD.encode() + b'x-a: "\\0"\n',
    "a second document": GOOD.encode() + b"---\n" + GOOD.encode(),
    "a HTML page": b"<!DOCTYPE html><html><body>404</body></html>",
    "a conflict of git": f"{HEAD}<<<<<<< ours\nservices:\n=======\nservices:\n>>>>>>> theirs\n".encode(),
    "a shell script": b"#!/bin/sh\ndocker rm -f shop\n",
    "a lone percent sign": b"%\n",
    "a YAML that does not exist": b"%YAML 9.9\n---\n" + GOOD.encode(),
}
SYNTAX = {
    "a tab for indentation": "project: shop\nservices:\n\tweb:\n",
    "a quote without its partner": HEAD + 'services: {web: {image: "shop}}\n',
    "a bracket without its partner": HEAD + "services: {web: {image: [shop}}\n",
    "an alias without an anchor": HEAD + "services: *none\n",
    "an alias to itself": HEAD + "services: &a {web: *a}\n",
    "a merge of a text": HEAD + "services:\n  web:\n    <<: shop\n",
    "a merge of itself": HEAD + "services: &a\n  <<: *a\n",
    "an object of Python": HEAD + "services: !!python/object/apply:os.system [reboot]\n",
    "binary": HEAD + "services: !!binary R0lGODlhDAAMAIQAAP\n",
    "a set": HEAD + "services: !!set {web}\n",
    "a tag of somebody's": HEAD + "services: !vault {web: x}\n",
    "a list for a key": HEAD + "services:\n  ? [web, shop]\n  : {image: shop}\n",
    "a key twice": GOOD + "project: other\n",
    "a service twice": GOOD + WEB,
    "a key twice, once in quotes": GOOD + '"project": other\n',
    "wrong indentation": "project: shop\n  network: shop\n",
    "a colon too many": "project: shop: network\n",
    "a dash too many": f"{HEAD}services:\n- web:\n    image: shop\n",
}
AROUND = {
    "port": (f"{HEAD}services:\n  web:\n    image: shop\n    ", ""),
    "image": (f"{HEAD}services:\n  web:\n    port: 3000\n    ", ""),
    "web": (f"{GOOD}    ", ""),
    "route": (f"{GOOD}    routes: [{{", "}]"),
    "health": (f"{GOOD}    health: ", ""),
    "proxy": (f"{GOOD}proxy: ", ""),
}
"""What stands around the lines of each part of bad.txt."""
WHOLE = {
    "no project": "network: a\nservices:\n" + WEB,
    "no network": "project: a\nservices:\n" + WEB,
    "no services": HEAD,
    "empty services": HEAD + "services:\n",
    "services as a list": HEAD + "services: [web]\n",
    "a project with a slash": GOOD.replace("project: shop", "project: a/b"),
    "a project that leads up": GOOD.replace("project: shop", "project: .."),
    "a project in Cyrillic": GOOD.replace("project: shop", "project: sh\u043ep"),
    "a project that is long": GOOD.replace("project: shop", "project: " + "a" * 51),
    "the engine's network": GOOD.replace("shop-network", "host"),
    "a network that leads up": GOOD.replace("shop-network", "../a"),
    "a service named like the proxy": GOOD.replace("  web:", "  shop-proxy:"),
    "a service named like a color": GOOD.replace("  web:", "  web-blue:"),
    "a service named like a replica": GOOD.replace("  web:", "  web-green-1:"),
    "a service named like a command": GOOD.replace("  web:", "  web-release-command:"),
    "a service that leads up": GOOD.replace("  web:", "  ../web:"),
    "a service with a line feed": GOOD.replace("  web:", '  "web\\n":'),
    "a service with an escape sequence": GOOD.replace("  web:", '  "\\e[31mweb":'),
    "a service that turns the text around": GOOD.replace("  web:", '  "\\u202ebew":'),
    "a service without a name": GOOD.replace("  web:", "  '':"),
    "a service that is a number": GOOD.replace("  web:", "  1:"),
    "a branch as git names it": GOOD + "branches: refs/heads/main\n",
    "a relative state_dir": GOOD + "state_dir: state\n",
    "a state_dir that leads up": GOOD + "state_dir: /var/lib/../../etc\n",
    "a web service without an image": HEAD + "services: {web: {port: 3000}}\n",
    "a web service without a port": HEAD + "services: {web: {image: a}}\n",
    "a worker with routes": HEAD + "services: {w: {kind: worker, image: a, routes: [{host: a}]}}\n",
    "a database with an image": HEAD + "services: {db: {kind: database, engine: postgres, version: 17, image: a}}\n",
    "a database without a version": HEAD + "services: {db: {kind: database, engine: postgres}}\n",
    "a database of another make": HEAD + "services: {db: {kind: database, engine: mysql, version: 8}}\n",
    "a database with an injection": HEAD + "services: {db: {kind: database, engine: postgres, version: 17, "
    "db_user: 'a; drop'}}\n",
    "a circle of two": HEAD + "services:\n" + "".join(
        f"  {one}: {{image: a, port: 1, depends_on: [{other}]}}\n" for one, other in ("ab", "ba")
    ),
    "two routes for one place": HEAD + "services:\n" + "".join(
        f"  {name}: {{image: a, port: 1, routes: [{{host: a, path: {path}}}]}}\n"
        for name, path in (("b", "/x"), ("c", "/x/"))
    ),
    "a host that is another service": HEAD + "services: {a: {image: a, port: 80}, b: {image: a, port: 1, "
    "routes: [{host: a}]}}\n",
    "a service on the port of TLS": HEAD + "proxy: {https: 443, tls: [{hosts: [x], certificate: a, key: b}]}\n"
    "services: {a: {image: a, port: 443, routes: [{host: x}]}}\n",
    "a variable that is not set": web("user: ${NOBODY_SET_THIS}"),
    "a variable without its end": web("user: ${A"),
    "a dollar alone": web("environment: {A: pa$$$word}"),
    "a command in a variable": web("user: $(id)"),
    "environments as a list": GOOD + "environments: [a]\n",
    "an environment with a bad name": GOOD + "environments: {../a: {}}\n",
    "an overlay of an image's port": GOOD + "environments: {a: {services: {web: {port: 1}}}}\n",
    "an overlay of nobody": GOOD + "environments: {a: {services: {wbe: {replicas: 2}}}}\n",
    "an overlay of the project": GOOD + "environments: {a: {project: b}}\n",
    "a key that nobody knows": GOOD + "secrets: {a: b}\n",
    "a key of Compose": GOOD + "version: '3'\n",
}  # fmt: skip


def every() -> list[Bad]:
    """Return all of them, those of the unit tests' tables included."""
    texts = {**SYNTAX, **WHOLE, **_lines()}
    return [
        *(Bad(title, data) for title, data in BYTES.items()),
        *(Bad(title, text.encode()) for title, text in texts.items()),
        *(Bad(f"refused.txt: {case.title}", case.text.encode(), case.environment) for case in read_cases()),
        *(Bad(f"hostile: {title}", text.encode()) for title, (text, _) in HOSTILE.items()),
        *_generated(),
    ]


def _lines() -> dict[str, str]:
    _, *parts = (Path(__file__).parent / "bad.txt").read_text().split("\n## ")
    named = {part.split("\n", 1)[0]: part.split("\n")[1:] for part in parts}
    return {
        f"{name}: {line}": f"{AROUND[name][0]}{line}{AROUND[name][1]}\n"
        for name in named
        for line in named[name]
        if line
    }


def _generated() -> Iterator[Bad]:
    """Every key there is, in every mapping, with nothing and with what no key takes."""
    for where, model in _places(Project, ""):
        for key in keys_of(model):
            for what, value in (("nothing", ""), ("a mapping of lists", " {wrong: [[x]]}")):
                if not (key in _FREE or (where, key) == ("", "services")):
                    yield Bad(f"{where}{key} with {what}", _with(where, f"{key}:{value}").encode())


_FREE = frozenset({"json", "expect_json"})
"""Keys below which anything may stand."""


def _places(model: type[Spec], where: str) -> Iterator[tuple[str, type[Spec]]]:
    yield where, model
    for key, info in keys_of(model).items():
        if below := model_of(info.annotation):
            yield from _places(below, f"{where}{key}.")


def _with(where: str, line: str) -> str:
    """Write a document that has this line in this place, and whatever else is needed there."""
    steps = where.split(".")[:-1]
    if steps[:1] == ["services"]:
        steps.insert(1, "web")
    text = "".join(f"{'  ' * depth}{step}:\n" for depth, step in enumerate(steps)) + "  " * len(steps) + f"{line}\n"
    key = line.partition(":")[0]
    given = "".join(f"{name}: a\n" for name in ("project", "network") if not (not steps and key == name))
    return given + text + ("" if steps[:1] == ["services"] else f"services:\n{WEB}")


def special(folder: Path) -> dict[str, Path]:
    """Make, or name, what is no file that could be trusted."""
    paths = {name: folder / name for name in ("absent", "folder", "pipe", "link", "anybody's", "a loop")}
    paths["folder"].mkdir()
    os.mkfifo(paths["pipe"])
    (folder / "real").write_text(GOOD)
    paths["link"].symlink_to("real")
    paths["a loop"].symlink_to("a loop")
    paths["anybody's"].write_text(GOOD)
    paths["anybody's"].chmod(0o666)
    return {**paths, "zeros": Path("/dev/zero"), "null": Path("/dev/null"), "memory": Path("/proc/self/mem")}
