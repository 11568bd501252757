"""Env files, in Compose's syntax."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.config.dotenv import read_env_file
from bluegreen.config.problem import InvalidConfig
from tests.unit.config.conftest import LoadService

READ = {
    "": {},
    "A=1": {"A": "1"},
    "A=1\n\n# comment\n  # another\nB=2\n": {"A": "1", "B": "2"},
    "A=": {"A": ""},
    "A = spaced out  \n": {"A": "spaced out"},
    "export A=1\n\texport\tB=2": {"A": "1", "B": "2"},
    "A=1 # comment\nB=1#2\nC=#\nD= # comment": {"A": "1", "B": "1#2", "C": "#", "D": ""},
    "A='single $NONE \\n # \\' quoted'": {"A": "single $NONE \\n # ' quoted"},
    'A="double \\"quoted\\" \\n\\t\\\\ \\$NONE #"': {"A": 'double "quoted" \n\t\\ $NONE #'},
    "A=\"one\ntwo\" # comment\nB='three\n\nfour'\nC=5": {"A": "one\ntwo", "B": "three\n\nfour", "C": "5"},
    "A=a'b\"c": {"A": "a'b\"c"},
    'A=1\nB=${A}2\nC="$B"3'.replace('"3', '"'): {"A": "1", "B": "12", "C": "12"},
    "A=$OUTER\nB=${NONE:-b}\nC=$$": {"A": "outer", "B": "b", "C": "$"},
    "OUTER=inner\nB=$OUTER": {"OUTER": "inner", "B": "outer"},
    "A=1\nA=2": {"A": "2"},
    "a.b=1\n_=2": {"a.b": "1", "_": "2"},
    "\ufeffA=1\r\nB=2\r\n": {"A": "1", "B": "2"},
    "A=a=b=c": {"A": "a=b=c"},
    "A=ä\x1b": {"A": "ä\x1b"},
    "A=''\nB=\"\"": {"A": "", "B": ""},
}

REFUSED = {
    "PASSWORD hunter2": [".env:1:1: should be NAME=value"],
    "A=1\nhunter2\n1A=hunter2\n=hunter2": [
        ".env:2:1: should be NAME=value",
        ".env:3:1: should be NAME=value",
        ".env:4:1: should be NAME=value",
    ],
    "A='hunter2\nB=2": [".env:1:1: has a quote without its partner"],
    'A="hunter2"hunter2': [".env:1:1: has more after the closing quote"],
    "A=$hunter2\nB=${HUNTER": [
        ".env:1:1: has a $ before what is no set variable: write ${NAME}, or $$ for a dollar",
        ".env:2:1: has a ${…} that can't be read: write ${NAME} or ${NAME:-default}",
    ],
    'A="${NONE}"\nhunter2\nB="$NONE" # x': [
        ".env:1:1: the variable NONE is not set: set it, or write ${NONE:-default}",
        ".env:2:1: should be NAME=value",
        ".env:3:1: has a $ before what is no set variable: write ${NAME}, or $$ for a dollar",
    ],
    "\n\nA=${NONE}": [".env:3:1: the variable NONE is not set: set it, or write ${NONE:-default}"],
    "A=hunter2\0": [".env:1:10: holds a control character (U+0000)"],
}


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_is_read(text: str, expected: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(text.encode())
    assert read_env_file(tmp_path / ".env", ".env", {"OUTER": "outer"}) == expected


@pytest.mark.parametrize(("text", "expected"), REFUSED.items())
def test_is_refused_without_a_value(text: str, expected: list[str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(text.encode())
    with pytest.raises(InvalidConfig) as refused:
        read_env_file(tmp_path / ".env", ".env", {})
    assert str(refused.value).splitlines() == expected
    assert "hunter2" not in str(refused.value)


@given(st.text(alphabet=st.characters(exclude_characters="\0\r", exclude_categories=["Cs"])))
def test_single_quotes_hold_anything(tmp_path_factory: pytest.TempPathFactory, value: str) -> None:
    file = tmp_path_factory.getbasetemp() / "single.env"
    kept = value.replace("\\", "/")
    file.write_bytes(f"A='{kept.replace(chr(39), chr(92) + chr(39))}'\nB=2".encode())
    assert read_env_file(file, "single.env", {}) == {"A": kept, "B": "2"}


@given(st.text(alphabet="A=#'\"\\ $\n{}x"))
def test_any_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.env"
    file.write_bytes(text.encode())
    try:
        values = read_env_file(file, "any.env", {})
    except InvalidConfig:
        values = {}
    assert all(name.strip("Ax") == "" for name in values)


def test_a_wrong_line_is_found_in_its_own_file(load_web: LoadService, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\nhunter2\n")
    with pytest.raises(InvalidConfig) as refused:
        load_web("env_file: .env")
    assert str(refused.value) == f"{tmp_path}/.env:2:1: should be NAME=value"
