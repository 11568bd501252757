"""Variables in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluegreen.config.variables import NoValue, Variables
from tests.unit.config.conftest import Load

VALUES = {"A": "a", "B": "b", "EMPTY": "", "DOLLAR": "${A}"}

EXPANDED = {
    "": "",
    "plain": "plain",
    "$A": "a",
    "${A}": "a",
    "$A$B-${A}${B}": "ab-ab",
    "$$A $${A} $$$$": "$A ${A} $$",
    "${A:-default}": "a",
    "${NONE:-default}": "default",
    "${NONE-default}": "default",
    "${EMPTY:-default}": "default",
    "${EMPTY-default}": "",
    "${NONE:-}": "",
    "${A:?message}": "a",
    "${EMPTY?message}": "",
    "${A:+text}": "text",
    "${EMPTY:+text}": "",
    "${EMPTY+text}": "text",
    "${NONE:+$NONE}": "",
    "${NONE:-${A}-${B:-x}}": "a-b",
    "${NONE:-${EMPTY:-${A}}}": "a",
    "${A:-${NONE:?never asked for}}": "a",
    "${NONE:-a$$b}}": "a$b}",
    "$DOLLAR": "${A}",
    "{A}": "{A}",
}

REFUSED = {
    "$NONE": "has a $ before what is no set variable: write ${NAME}, or $$ for a dollar",
    "${NONE}": "the variable NONE is not set: set it, or write ${NONE:-default}",
    "${NONE:?say which}": "the variable NONE is not set: say which",
    "${NONE?}": "the variable NONE is not set: set it",
    "${EMPTY:?say which}": "the variable EMPTY is empty: say which",
    "${NONE:-${OTHER}}": "the variable OTHER is not set: set it, or write ${OTHER:-default}",
    "a$": "has a $ that is not followed by a variable: write ${NAME}, or $$ for a dollar",
    "$1": "has a $ that is not followed by a variable: write ${NAME}, or $$ for a dollar",
    "${}": "has a $ that is not followed by a variable: write ${NAME}, or $$ for a dollar",
    "${A": "has a ${…} that can't be read: write ${NAME} or ${NAME:-default}",
    "${A!}": "has a ${…} that can't be read: write ${NAME} or ${NAME:-default}",
    "${A:-x": "has a ${ without its }",
    "${A:-" * 9 + "}" * 9: "nests variables more than 8 deep",
}


@pytest.mark.parametrize(("text", "expected"), EXPANDED.items())
def test_is_expanded(text: str, expected: str) -> None:
    assert Variables(VALUES).expand(text) == expected


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_has_no_value(text: str, message: str) -> None:
    with pytest.raises(NoValue) as refused:
        Variables(VALUES).expand(text)
    assert str(refused.value) == message


@given(st.text())
def test_a_text_with_doubled_dollars_is_itself(text: str) -> None:
    assert Variables({}).expand(text.replace("$", "$$")) == text


@given(st.text(alphabet="$A{}:-?+a"))
def test_any_text_is_expanded_or_refused_in_words(text: str) -> None:
    try:
        said = Variables(VALUES).expand(text)
    except NoValue as refused:
        said = str(refused)
    assert isinstance(said, str)


def test_types_come_from_what_a_variable_holds(load_text: Load) -> None:
    service = load_text(
        "project: ${P}\nnetwork: n\nservices:\n"
        "  web: {image: 'shop:${TAG}', port: '${PORT}', init: '${INIT}', replicas: '${N:-2}', user: '${PORT}',"
        " command: 'run ${WORDS}', environment: {A: '${INIT}', B: '${TAG}', C: '${EMPTY}'}}\n",
        variables={"P": "shop", "TAG": "1.10", "PORT": "3000", "INIT": "true", "WORDS": "a 'b c'", "EMPTY": ""},
    ).services["web"]
    assert (service.image, service.port, service.init, service.replicas, service.user) == (
        "shop:1.10", 3000, True, 2, "3000",
    )  # fmt: skip
    assert service.command == ("run", "a", "b c")
    assert service.environment == {"A": "true", "B": "1.10", "C": ""}


def test_a_name_without_a_value_takes_the_caller_s(load_text: Load) -> None:
    text = "project: shop\nnetwork: n\nservices:\n  web: {image: a, port: 1, environment: %s}\n"
    variables = {"TOKEN": "a$b", "no.name": "x"}
    for form in ("{TOKEN: , NONE: , no.name: ~}", "[TOKEN, NONE, no.name]"):
        service = load_text(text % form, variables=variables).services["web"]
        assert service.environment == {"TOKEN": "a$b", "no.name": "x"}


def test_what_an_overlay_replaces_needs_no_variable(load_text: Load) -> None:
    text = (
        "project: shop\nnetwork: n\nservices: {web: {image: '${IMAGE}', port: 1}}\n"
        "environments:\n  one: {services: {web: {image: one}}}\n  two: {services: {web: {image: '${TWO}'}}}\n"
    )
    assert load_text(text, "one").services["web"].image == "one"
