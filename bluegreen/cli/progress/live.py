"""Progress on a terminal: rows that change in place."""

import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from bluegreen.cli import words
from bluegreen.cli.progress.board import Board, Line
from bluegreen.cli.progress.told import is_output, one_line, output_line
from bluegreen.deploy.reporter import Event, Phase

FRAMES_PER_SECOND = 8
MARKS = {
    Phase.STARTED: Text("•", "yellow"),
    Phase.NOTE: Text("•", "yellow"),
    Phase.DONE: Text("✓", "green"),
    Phase.FAILED: Text("✗", "red"),
}


class LiveProgress:
    """A display that is gone when it ends; the summary says the rest."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._board = Board()
        self._begun = time.time()
        self._lock = threading.Lock()
        self._live = Live(
            console=self._console,
            get_renderable=self.frame,
            refresh_per_second=FRAMES_PER_SECOND,
            transient=True,
        )

    def __enter__(self) -> Self:
        """Begin to draw."""
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the display away."""
        with suppress(OSError):
            self._live.stop()

    def tell(self, event: Event) -> None:
        """Take note of an event; the next frame shows it."""
        with self._lock:
            self._board.take(event)
        if is_output(event):
            # a deployment must not end because nobody reads any more
            with suppress(OSError):
                self._console.print(Text(output_line(event)))

    def frame(self) -> Table:
        """Draw everything as it is now."""
        now = time.time()
        with self._lock:
            lines, hidden = self._board.lines(max(1, self._console.height - 3))
        # all width, so that the last column alone gives way
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        for column in ("mark", "service", "step"):
            grid.add_column(column, no_wrap=True)
        grid.add_column("elapsed", justify="right", no_wrap=True)
        grid.add_column("detail", no_wrap=True, overflow="ellipsis", ratio=1)
        for line in lines:
            grid.add_row(*_cells(line, now))
        more = f"and {hidden} more" if hidden else ""
        grid.add_row("", Text(more, "dim"), Text("total", "dim"), Text(words.seconds(now - self._begun), "dim"), "")
        return grid


def _cells(line: Line, now: float) -> tuple[Text, ...]:
    return (
        MARKS[line.phase],
        Text(line.service or "(all)", "bold"),
        Text(line.step),
        Text(words.seconds(line.elapsed(now))),
        Text(one_line(line.detail), "dim" if line.phase is not Phase.FAILED else "red"),
    )
