import json
import math

import pytest

from benchmarks.load import Mark, Outcome, Report, Side, Window, chart, table
from benchmarks.load.samples import Failure, Sample, Samples


def report(*rows: Sample, seconds: float = 10.0) -> Report:
    samples = Samples()
    for row in rows:
        samples.add(row)
    side = {row.group: Side() for row in rows}
    marks = Mark(1.0, "begin"), Mark(4.0, "end"), Mark(6.0, "begin"), Mark(8.0, "end")
    failures = (Failure(0.0, "get", "id-1", "reset"),)
    return Report(100.0, seconds - 0.5, seconds, samples, side, ("stream",), failures, marks)


def row(
    at: float, took: float = 0.1, outcome: Outcome = Outcome.ANSWERED, release: str = "v1", group: str = "get"
) -> Sample:
    return Sample(at, took, group, outcome, 200 if outcome is Outcome.ANSWERED else 0, release)


def test_latency_is_of_the_answered_requests_and_by_nearest_rank() -> None:
    rows = [row(0.0, took=number / 1000) for number in range(1, 101)]
    seen = report(*rows, row(0.0, 9.0, Outcome.CLOSED), row(0.0, 9.0, group="stream"))
    assert seen.latency() == (0.05, 0.09, 0.099, 0.1)


def test_nothing_answered_has_no_latency() -> None:
    assert math.isnan(report(row(0.0, 1.0, Outcome.CLOSED)).latency().p99)


def test_the_longest_gap_reaches_from_the_start_to_where_no_more_was_begun() -> None:
    seen = report(row(2.9), row(3.9), row(4.9, outcome=Outcome.STATUS), row(6.3))
    assert seen.longest_gap() == pytest.approx((3.1, 6.4))
    assert report(row(2.9), row(3.9)).longest_gap() == pytest.approx((5.5, 4.0))
    assert seen.longest_gap(Window(0.0, 4.0)) == pytest.approx((3.0, 0.0))
    assert seen.longest_gap(Window(4.0, 7.0)) == pytest.approx((2.4, 4.0))


def test_a_request_counts_in_the_window_that_it_was_begun_in() -> None:
    seen = report(row(0.9, took=3.0), row(1.0), row(3.9, took=3.0), row(4.0))
    assert seen.counts(window=seen.window("begin", "end")).sent == 2
    assert seen.window("begin", "end") == Window(1.0, 4.0)
    assert seen.at("begin", after=2.0) == 6.0


def test_a_mark_that_was_never_made_is_an_error() -> None:
    with pytest.raises(LookupError, match=r"no mark 'cutover' after 0\.000 s"):
        report(row(0.0)).at("cutover")


def test_releases_are_told_in_the_order_of_their_first_answers() -> None:
    seen = report(row(0.0, release="v1"), row(0.5, release="v2"), row(0.6, release="v1"), row(0.0, group="stream"))
    assert [(span.release, span.answers) for span in seen.spans()] == [("v1", 2), ("v2", 1)]
    assert seen.spans()[0].last == pytest.approx(0.7)


def test_the_timeline_shows_answers_by_release_and_losses_where_they_ended() -> None:
    seen = report(row(0.0, 2.6), row(3.0, release="v2"), row(9.95), row(1.0, 6.0, Outcome.TIMED_OUT))
    buckets = seen.timeline(4)
    assert [dict(bucket.answers) for bucket in buckets] == [{}, {"v1": 1, "v2": 1}, {}, {"v1": 1}]
    assert [bucket.lost for bucket in buckets] == [0, 0, 1, 0]


def test_the_chart_has_a_lane_for_each_release_and_one_for_losses() -> None:
    seen = report(*[row(0.0)] * 8, row(6.0, release="v2"), row(9.0, 0.5, Outcome.CLOSED))
    assert chart(seen, 2) == "  v1 │█ │\n  v2 │ ▁│\nlost │ ▁│"


def test_the_table_has_a_row_for_each_group_and_the_first_failures() -> None:
    lines = table(report(row(0.0), row(0.0, 1.0, Outcome.CLOSED, group="post"))).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["get", "post", "all"]
    assert "get: reset [id-1]" in lines[5]
    assert "lost 1, longest time without an answer 9.400 s" in lines[6]


def test_a_report_survives_json() -> None:
    seen = report(row(0.123456), row(1.0, outcome=Outcome.STATUS, release="v2"))
    seen.side["get"].closes[1001] = 2
    assert Report.from_json(json.loads(json.dumps(seen.to_json()))) == seen
