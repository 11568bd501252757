"""Where the time went."""

import time
from contextlib import suppress

from bluegreen import timing
from bluegreen.cli.show.timings import timeline, timings_json, timings_text
from bluegreen.ledger.records import StepRecord
from bluegreen.timing import Part

PARTS = (
    Part("imports", "", 100.0, 100.5),
    Part("test", "", 101.5, 101.75),
    Part("observe", "", 101.0, 101.25),
    Part("observe", "", 103.75, 104.0),
    Part("reload", "", 101.75, 101.7505),
)
STEPS = (
    StepRecord("shop-server", "start", 101.0, 103.5),
    StepRecord("", "nginx", 101.0, 102.25),
    StepRecord("", "drain", 105.0),
)


def test_each_part_has_a_line_and_what_ran_side_by_side_stands_below_each_other() -> None:
    rows = (
        "PART               OF           AT      TOOK    SIDE BY SIDE",
        "imports                         0.0 ms  0.50 s  ███████",
        "start              shop-server  1.00 s  2.50 s              ███████████████████████████████",
        "nginx                           1.00 s  1.25 s              ████████████████",
        "observe (2 times)               1.00 s  0.50 s              ████                             ███",
        "test                            1.50 s  0.25 s                    ████",
    )
    found = timings_text(timeline(PARTS, STEPS), None)
    assert found.splitlines() == list(rows)


def test_as_json_every_part_is_for_itself_and_counted_from_the_beginning() -> None:
    found = timings_json(timeline(PARTS, STEPS))
    assert len(found) == 7
    assert found[0] == {"part": "imports", "of": "", "at": 0.0, "seconds": 0.5}
    assert found[1] == {"part": "start", "of": "shop-server", "at": 1.0, "seconds": 2.5}


def test_a_part_that_fails_is_timed_as_well() -> None:
    with suppress(ValueError), timing.part("breaks", "shop-server"):
        int("nothing")
    last = timing.parts()[-1]
    assert (last.name, last.of) == ("breaks", "shop-server")
    assert last.started_at <= last.ended_at


def test_imports_are_counted_from_the_start_of_the_process() -> None:
    timing.imported()
    last = timing.parts()[-1]
    assert last.name == "imports"
    assert 0 < last.ended_at - last.started_at < time.monotonic()
