"""A load in a process of its own, from code that is not asynchronous."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.load.figures import Mark
from benchmarks.load.plan import Plan, Target
from benchmarks.load.recorder import Progress
from benchmarks.load.report import Report

ROOT = Path(__file__).parents[2]


class Running:
    """A load that runs in another process; `report` is there once it has ended."""

    report: Report

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._progress: Progress | None = None
        self._ended: Report | None = None
        self._marks: list[Mark] = []
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._wait("the load to start", 10.0, lambda: self._progress is not None)

    def mark(self, name: str) -> None:
        """Note in the report that something happens now."""
        self._marks.append(Mark(time.monotonic(), name))

    def progress(self) -> Progress:
        """The load as it was a tenth of a second ago."""
        assert self._progress
        return self._progress

    def wait_for_answers(self, count: int = 1, within: float = 10.0) -> None:
        """Wait until that many more requests have been answered.

        Raises `TimeoutError` with what was seen instead.
        """
        goal = self.progress().answered + count
        self._wait(f"{count} more answers", within, lambda: self.progress().answered >= goal)

    def wait_for_release(self, release: str, within: float = 10.0) -> None:
        """Wait until a release has answered.

        Raises `TimeoutError` with what was seen instead.
        """
        self._wait(f"an answer from {release}", within, lambda: release in self.progress().releases)

    def go_on(self, seconds: float, within: float = 10.0) -> None:
        """Let the load go on for a time.

        Raises `TimeoutError` when nothing is answered any more.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.wait_for_answers(1, within)

    def stop(self) -> Report:
        """Begin no more requests, wait for those on their way, and give the report.

        Raises `ChildProcessError` if the load's process died without one.
        """
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self.finished()

    def finished(self) -> Report:
        """Wait until the plan's bounds end the load.

        Raises `ChildProcessError` if the load's process died without a report.
        """
        status = self._process.wait()
        self._reader.join()
        if self._ended is None:
            raise ChildProcessError(f"the load's process ended with status {status} and no report")
        marks = tuple(Mark(at - self._ended.started, name) for at, name in self._marks)
        self.report = replace(self._ended, marks=marks)
        return self.report

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            news = json.loads(line)
            with self._news:
                if "report" in news:
                    self._ended = Report.from_json(news["report"])
                else:
                    self._progress = Progress.from_json(news["progress"])
                self._news.notify_all()

    def _wait(self, what: str, within: float, come: Callable[[], bool]) -> None:
        with self._news:
            if not self._news.wait_for(come, within):
                raise TimeoutError(f"waited {within} s for {what}; seen so far: {self._progress}")


@contextmanager
def running(target: Target, plan: Plan) -> Iterator[Running]:
    """Run a load beside the block; when the block ends, so does the load, and `report` is there."""
    asked = ["--url", target.url, "--host", target.host, "--plan", json.dumps(plan.to_json()), "--json"]
    with beside([sys.executable, "-m", "benchmarks.load", *asked]) as load:
        yield load


@contextmanager
def beside(command: Sequence[str]) -> Iterator[Running]:
    """The same with a program of one's own, which calls `program.run` with `as_json`; it starts in the repository."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            load = Running(process)
            yield load
        finally:
            process.send_signal(signal.SIGTERM)
        load.finished()
