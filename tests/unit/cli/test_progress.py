"""Progress: plain lines, and the rows of the live display."""

import io
import threading

import pytest
from rich.console import Console

from bluegreen.cli.progress.board import Board
from bluegreen.cli.progress.lines import LineProgress
from bluegreen.cli.progress.live import LiveProgress
from bluegreen.deploy.reporter import Event, Phase, Reporter
from tests.unit.cli.shop import Shop

AT = 1_700_000_000.0


def event(  # noqa: PLR0913, PLR0917
    after: float, phase: Phase, step: str, service: str = "", detail: str = "", seconds: float | None = None
) -> Event:
    """Something that happened `after` seconds."""
    return Event(AT + after, phase, step, service, detail, seconds)


def told(*events: Event) -> list[str]:
    """The lines that events become."""
    stream = io.StringIO()
    progress: Reporter = LineProgress(stream)
    for one in events:
        progress.tell(one)
    return stream.getvalue().splitlines()


@pytest.mark.usefixtures("utc")
def test_a_line_has_the_time_the_service_the_step_and_what_happened() -> None:
    assert told(
        event(0, Phase.STARTED, "preflight"),
        event(0.04, Phase.DONE, "preflight", seconds=0.04),
        event(1, Phase.STARTED, "start", "server", "acme/server:2 in green"),
        event(1.5, Phase.DONE, "start", "server", seconds=0.5),
        event(2, Phase.FAILED, "health", "server", "exited with status 3", seconds=1.25),
        event(2, Phase.NOTE, "turn back", detail="server: exited with status 3"),
        event(3, Phase.DONE, "drain", detail="over with 1 connection left", seconds=6.0),
    ) == [
        "22:13:20 preflight …",
        "22:13:20 preflight: done in 40 ms",
        "22:13:21 server: start: acme/server:2 in green …",
        "22:13:21 server: start: done in 0.50 s",
        "22:13:22 server: health: failed after 1.25 s: exited with status 3",
        "22:13:22 turn back: server: exited with status 3",
        "22:13:23 drain: done in 6.00 s: over with 1 connection left",
    ]


@pytest.mark.usefixtures("utc")
def test_a_note_is_told_when_it_is_new_and_once_a_second_for_each_step() -> None:
    notes = [(0.2, "503"), (1.1, "503"), (1.2, "503"), (1.3, "502"), (2.2, "502"), (2.3, "501")]
    lines = told(
        event(0, Phase.STARTED, "health", "server"),
        *(event(after, Phase.NOTE, "health", "server", f"GET /: {answer}") for after, answer in notes),
        event(2.4, Phase.NOTE, "health", "worker", "GET /: 500"),
    )
    assert lines == [
        "22:13:20 server: health …",
        "22:13:21 server: health: GET /: 503",
        "22:13:22 server: health: GET /: 502",
        "22:13:22 worker: health: GET /: 500",
    ]


@pytest.mark.usefixtures("utc")
def test_every_line_of_a_release_command_is_told_and_none_steers_the_terminal() -> None:
    output = ("\x1b[2Jone", "two", "two")
    assert told(*(event(0, Phase.NOTE, "release command", "server", line) for line in output)) == [
        "22:13:20 server | one",
        "22:13:20 server | two",
        "22:13:20 server | two",
    ]


def test_a_reader_that_is_gone_ends_no_deployment() -> None:
    class Closed(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    LineProgress(Closed()).tell(event(0, Phase.STARTED, "preflight"))


def test_lines_of_several_threads_stay_whole() -> None:
    stream = io.StringIO()
    progress = LineProgress(stream)

    def tell(service: str) -> None:
        for number in range(200):
            progress.tell(event(number, Phase.NOTE, "release command", service, "x" * 50))

    threads = [threading.Thread(target=tell, args=(name,)) for name in ("server", "worker")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 400
    assert {line[9:] for line in lines} == {f"server | {'x' * 50}", f"worker | {'x' * 50}"}


def test_a_row_shows_the_step_under_way_and_what_is_new_in_it() -> None:
    board = Board()
    board.take(event(0, Phase.STARTED, "health", "server"))
    board.take(event(1, Phase.NOTE, "health", "server", "GET /: 503"))
    board.take(event(2, Phase.NOTE, "another step", "server", "not shown"))
    ((line,), hidden) = board.lines(10)
    assert (line.step, line.detail, line.busy, line.elapsed(AT + 3), hidden) == ("health", "GET /: 503", True, 3.0, 0)


def test_the_end_of_an_earlier_step_hides_none_that_has_begun() -> None:
    board = Board()
    board.take(event(0, Phase.STARTED, "bake"))
    board.take(event(1, Phase.STARTED, "drain"))
    board.take(event(2, Phase.DONE, "bake", seconds=2.0))
    ((line,), _) = board.lines(10)
    assert (line.step, line.busy) == ("drain", True)


def test_where_there_is_no_room_what_is_done_is_hidden_first() -> None:
    board = Board()
    board.take(event(0, Phase.STARTED, "health"))
    for number in range(100):
        board.take(event(0, Phase.STARTED, "start", f"server-{number}"))
        board.take(event(1, Phase.DONE, "start", f"server-{number}", seconds=1.0))
    board.take(event(2, Phase.FAILED, "health", "server-98", "exited", 1.0))
    board.take(event(2, Phase.STARTED, "health", "server-99"))
    lines, hidden = board.lines(4)
    assert [line.service for line in lines] == ["", "server-0", "server-98", "server-99"]
    assert hidden == 97


def test_the_live_display_draws_rows_and_is_gone_at_the_end() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=80, height=20, no_color=True, highlight=False)
    with LiveProgress(console) as progress:
        progress.tell(event(0, Phase.STARTED, "health", "server"))
        progress.tell(event(0, Phase.NOTE, "health", "server", "GET /health: 503 [red]starting[/red]"))
        progress.tell(event(0, Phase.NOTE, "release command", "server", "migrated [1/2]"))
        console.print(progress.frame())
    drawn = stream.getvalue()
    assert "server | migrated [1/2]" in drawn
    assert "GET /health: 503 [red]starting[/red]" in drawn
    assert drawn.rstrip().endswith("\x1b[2K")


def test_a_long_answer_takes_no_room_from_what_stands_before_it() -> None:
    stream = io.StringIO()
    console = Console(file=stream, width=60, height=20)
    progress = LiveProgress(console)
    progress.tell(event(0, Phase.STARTED, "health", "shop-storefront"))
    progress.tell(event(0, Phase.FAILED, "health", "shop-storefront", "GET /: 500: " + "x" * 500, 8.25))
    console.print(progress.frame())
    (row,) = (line for line in stream.getvalue().splitlines() if "storefront" in line)
    assert row.startswith("✗  shop-storefront  health  8.25 s  GET /: 500: xxx")
    assert row.rstrip().endswith("…")


def test_progress_goes_to_standard_error_and_results_to_standard_output(shop: Shop) -> None:
    ran = shop.run("deploy", "--tag", "1", "--json")
    assert ran.json["outcome"] == "deployed"
    assert " cutover: server → green …\n" in ran.err
    assert "\x1b" not in ran.err
