"""Files that were made, or broken, to do harm: each refused with a sentence, at once."""

import time
from pathlib import Path

import pytest

from bluegreen.config.load import load
from bluegreen.config.problem import InvalidConfig

ALIASES = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}], k{i}: 1}}\n" for i in range(1, 20)
)
HEAD = "project: shop\nnetwork: shop-network\nservices:\n  web:\n    image: shop\n    port: 3000\n"

HOSTILE = {
    "aliases that multiply": (ALIASES, "more than 50000 values"),
    "merges that multiply": (MERGES, "more than 50000 values"),
    "deep lists": ("a: " + "[" * 400_000, "more than 32 levels deep"),
    "deep mappings": ("{a: " * 200_000, "more than 32 levels deep"),
    "deep indentation": ("- " * 300_000, "more than 32 levels deep"),
    "many values": ("a: [" + "1," * 250_000 + "]", "more than 50000 values"),
    "a large file": ("#" * (1 << 20) + "x", "larger than 1 MB"),
    "the same key again and again": ("a: 1\n" * 150_000, "is there already"),
    "unknown keys": (HEAD + "".join(f"    key{i}: x\n" for i in range(20_000)), "is no key here"),
    "unknown keys that are long": (HEAD + "".join(f"    {'k' * 900}{i}: x\n" for i in range(1000)), "is no key here"),
    "unknown services in an overlay": (
        HEAD + "environments:\n  x:\n    services:\n" + "".join(f"      s{i}: {{}}\n" for i in range(15_000)),
        "there is no service",
    ),
    "wrong items": (HEAD + "    routes: [" + "x," * 40_000 + "]", "should be a mapping"),
    "nested variables": (HEAD + "    user: '" + "${A:-" * 100_000 + "'", "nests variables"),
    "many variables": (HEAD + "    user: '" + "$A" * 400_000 + "'", "no set variable"),
    "variables that grow": (HEAD + "    command: [" + "'${BIG}'," * 10_000 + "]", "all variables together"),
    "a variable that is huge": (HEAD + "    user: ${HUGE}", "longer than 65536 characters"),
    "a long number": (HEAD + "    replicas: " + "9" * 500_000, "should be a whole number"),
    "a long name": (HEAD + "    user: " + "a-" * 400_000, "should have at most 255 characters"),
    "a circle of a hundred services": (
        "project: shop\nnetwork: shop-network\nservices:\n"
        + "".join(f"  s{i}: {{image: a, port: 1, depends_on: [s{(i + 1) % 100}]}}\n" for i in range(100)),
        "goes round in a circle",
    ),
}


@pytest.mark.parametrize(("text", "message"), HOSTILE.values(), ids=HOSTILE)
def test_is_refused_at_once(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text(text)
    started = time.thread_time()
    with pytest.raises(InvalidConfig, match=message) as refused:
        load(file, None, {"BIG": "x" * 60_000, "HUGE": "x" * 200_000})
    assert time.thread_time() - started < 1.5, "CPU time, so that a busy machine is no failure"
    assert len(str(refused.value)) < 16_000


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"project: \xff", "services.yaml:1:10: isn't UTF-8"),
        (b"# \xc3\xa4\nproject: \xc3\xa4\xff", "services.yaml:2:11: isn't UTF-8"),
        (b"project: shop\x00", r"services.yaml:1:14: holds a control character \(U\+0000\)"),
        (b"project: \x1b[31mshop", r"holds a control character \(U\+001B\)"),
        ("project: shop".encode("utf-16"), "isn't UTF-8"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_bytes(data)
    with pytest.raises(InvalidConfig, match=message):
        load(file, None)


def test_a_variable_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_text(HEAD + "    environment: {A: '${RAW}', RAW: }\n")
    with pytest.raises(InvalidConfig) as refused:
        load(file, None, {"RAW": "\udcff"})
    assert [problem.path for problem in refused.value.problems] == [
        "services.web.environment.A",
        "services.web.environment.RAW",
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    file = tmp_path / "services.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode())
    assert load(file, None).project == "shop"
