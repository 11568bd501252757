"""Generated configurations: read as they were meant, or refused without a secret."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bluegreen.config.build import Builder
from bluegreen.config.keys import keys_of
from bluegreen.config.load import load
from bluegreen.config.overlay import overlaid
from bluegreen.config.problem import SECRET, InvalidConfig, Report
from bluegreen.config.read import read
from bluegreen.model.project import ProxySettings
from bluegreen.model.service import Service
from tests.unit.config.strategies import services
from tests.unit.config.yaml_text import escaped, written

MARK = "hunter2"
FILE = "services.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


@given(services())
def test_what_is_written_is_what_is_read(folder: Path, service: Service) -> None:
    value: Any = escaped(service.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    name = value.pop("name")
    (folder / FILE).write_text(f"project: shop\nnetwork: n\nservices: {written({name: value})}\n")
    report = Report(FILE)
    project = Builder(overlaid(read(folder / FILE, report), None, report), folder, {}, report).project(None)
    assert report.problems == set()
    assert project is not None
    assert project.services[name] == service


HELD = st.sampled_from(["${WORD}", "x ${WORD}", "${WORD}${WORD}", "${WORD:-a}", "${NONE:-${WORD}}"])
ANYTHING = st.recursive(
    HELD | st.integers(-1, 70_000) | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*keys_of(Service), "path", "port", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
HIDDEN = st.recursive(
    st.sampled_from([MARK, f"{MARK} {MARK}", f"A={MARK}", f"={MARK}", f"${MARK}", f"a${{{MARK}", f"{MARK}\n", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["A", "bluegreen.x", f"{MARK} x", f"A={MARK}", f"${MARK}="]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
WRONG = st.fixed_dictionaries(
    {}, optional={key: HIDDEN if key in SECRET else ANYTHING for key in [*keys_of(Service), "secret"]}
)
WRONG_PROXY = st.dictionaries(st.sampled_from([*keys_of(ProxySettings), "prot"]), ANYTHING, max_size=4)


@given(WRONG, WRONG_PROXY, st.sampled_from([f"{MARK} {MARK}", MARK, "80", "shop"]))
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
def test_no_message_holds_what_was_hidden(
    folder: Path, service: dict[str, Any], proxy: dict[str, Any], word: str
) -> None:
    document = {
        "project": "${WORD}",
        "network": "${WORD}",
        "proxy": proxy,
        "services": {"web": service, "other": service},
        "environments": {"local": {"services": {"web": service}, "proxy": proxy}},
    }
    (folder / FILE).write_text(written(document))
    with pytest.raises(InvalidConfig) as refused:
        load(folder / FILE, "local", {"WORD": word})
    assert MARK not in str(refused.value)
    assert all(problem.line and problem.column for problem in refused.value.problems)


@given(st.text(alphabet="abc:-{}[]&*!|>'\"%@`#,? \n\t~<=$0.", max_size=60))
def test_any_text_is_read_or_refused(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text)
    with pytest.raises(InvalidConfig) as refused:
        load(folder / FILE, None, {})
    assert str(refused.value)
