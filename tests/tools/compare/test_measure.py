"""What the comparison measures with, as it is typed."""

import re

import pytest

from benchmarks.compare.measure import Case
from benchmarks.load import KeepAlive, WebSocket


def test_a_case_is_what_becomes_of_sigterm_and_a_load() -> None:
    case = Case.parse("abrupt:128x1200", 2.0)
    assert (case.app.sigterm, case.app.ready_delay) == ("abrupt", 2.0)
    assert str(case) == "128 connections, 1200 requests/s; SIGTERM: abrupt; ready 2 s after its start"


def test_a_load_is_spread_over_every_kind_of_client() -> None:
    plan = Case.parse("graceful:128x1200", 2.0).shape.plan(lasting=True)
    assert sum(group.count for group in plan.groups if group.name == "") == 128
    assert sum(group.rate for group in plan.groups if isinstance(group, KeepAlive) and group.rate) == 1050
    assert any(isinstance(group, WebSocket) for group in plan.groups)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abrupt", "'abrupt' is no case: graceful|abrupt|ignore:CONNECTIONSxRATE, such as abrupt:128x1200"),
        ("politely:32x400", "'politely:32x400' is no case: graceful|abrupt|ignore:CONNECTIONSxRATE"),
        ("abrupt:4x400", "'abrupt:4x400' is no case: it takes at least 8 connections"),
    ],
)
def test_anything_else_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        Case.parse(text, 2.0)
