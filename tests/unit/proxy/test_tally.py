"""Counting answers in nginx's access log."""

from collections.abc import Iterator

import pytest

from bluegreen.model.color import Color
from bluegreen.model.errors import EngineError
from bluegreen.model.ports import Tally
from bluegreen.proxy.tally import Counting, counted
from tests.waiting import wait_until


def line(color: str = "green", status: int = 200, attempts: str = "200", generation: int = 7, uri: str = "/") -> str:
    """A line as nginx writes it."""
    return (
        f'{{"service":"web","color":"{color}","generation":{generation},"status":{status},'
        f'"upstream_status":"{attempts}","request_time":0.001,"upstream_response_time":"0.001","uri":"{uri}"}}'
    )


@pytest.mark.parametrize(
    ("status", "attempts", "failed"),
    [
        (200, "200", False),
        (404, "404", False),
        (500, "500", True),
        (502, "502", True),
        (200, "502, 200", True),
        (200, "504, 502, 200", True),
        (499, "", False),
        (500, "", True),
    ],
)
def test_an_answer_failed_if_an_attempt_at_its_color_did(status: int, attempts: str, failed: bool) -> None:  # noqa: FBT001
    seen = counted(line(status=status, attempts=attempts))
    assert seen
    assert seen == (("web", Color.GREEN), 7, failed)


@pytest.mark.parametrize(
    "other",
    [
        "2026/11/22 17:08:41 [error] 39#39: *107 connect() failed (111: Connection refused)",
        line(color=""),
        '{"service":"web","color":"green","generation":7',
        "",
    ],
)
def test_what_no_color_had_a_part_in_is_not_counted(other: str) -> None:
    assert counted(other) is None


def test_a_quote_in_a_path_moves_no_field() -> None:
    assert counted(line(uri='\\"},\\"color\\":\\"blue')) == counted(line())


def test_answers_of_older_generations_are_not_counted() -> None:
    count = following(line(generation=6), line(generation=7), line("blue", 500, "500", 8))
    wait_until(lambda: len(count.tallies()) == 2, "both colors are counted")
    assert count.tallies() == {("web", Color.GREEN): Tally(1, 0), ("web", Color.BLUE): Tally(1, 1)}
    count.stop()


def test_counting_goes_on_after_the_log_broke_off() -> None:
    calls: list[float] = []

    def follow(since: float) -> Iterator[str]:
        calls.append(since)
        yield line()
        raise EngineError("the engine said nothing for 60 s")

    count = Counting(follow, 5.0, 7)
    wait_until(lambda: len(calls) > 1, "the log is read again")
    count.stop()
    assert calls[0] == 5.0
    assert calls[1] > 5.0


def following(*lines: str) -> Counting:
    asked: list[float] = []

    def follow(since: float) -> Iterator[str]:
        asked.append(since)
        return iter(lines if len(asked) == 1 else ())

    return Counting(follow, 0.0, 7)
