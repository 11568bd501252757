"""One deployment under load, and what clients saw of it."""

import re
import time
from dataclasses import asdict, dataclass
from typing import Any, Self

from benchmarks.compare.tool import ENDS, App, Tool
from benchmarks.load import Fresh, KeepAlive, Plan, Report, WebSocket, Window, running
from benchmarks.load.plan import ORDER

BEFORE, AFTER = 2.0, 1.0
"""Seconds of load before the command and after its effect."""
LIMIT = 120.0
LEAST_CONNECTIONS = 8
"""So that each kind of client has one."""
LONG = "a 3 s request"
SOCKET = "a WebSocket"
LASTING = (KeepAlive(count=1, path="/slow?ms=3000", name=LONG), WebSocket(count=1, name=SOCKET))


@dataclass(frozen=True)
class Shape:
    """How much load: connections, and requests per second of all of them."""

    connections: int = 32
    rate: int = 400

    def __str__(self) -> str:
        return f"{self.connections} connections, {self.rate} requests/s"

    def plan(self, *, lasting: bool) -> Plan:
        """GET and POST on kept and fresh connections; and what lasts, which a tool that drains has to wait for."""
        kept, posts, fresh = (self.connections * part // 8 for part in (5, 2, 1))
        short = (
            KeepAlive(count=kept, rate=self.rate * 5 / 8),
            KeepAlive(count=posts, rate=self.rate / 4, method="POST", path="/orders", body=ORDER),
            Fresh(count=fresh, rate=self.rate / 8),
        )
        return Plan(short + (LASTING if lasting else ()), seconds=LIMIT)


@dataclass(frozen=True)
class Case:
    """What every tool is measured with in turn."""

    app: App
    shape: Shape

    def __str__(self) -> str:
        return f"{self.shape}; SIGTERM: {self.app.sigterm}; ready {self.app.ready_delay:g} s after its start"

    @classmethod
    def parse(cls, text: str, ready_delay: float) -> Self:
        """Read `SIGTERM:CONNECTIONSxRATE`. Raises ValueError for what is not of that form."""
        found = re.fullmatch(rf"({'|'.join(ENDS)}):(\d{{1,4}})x(\d{{1,5}})", text)
        if not found:
            raise ValueError(f"{text!r} is no case: {'|'.join(ENDS)}:CONNECTIONSxRATE, such as abrupt:128x1200")
        shape = Shape(int(found[2]), int(found[3]))
        if shape.connections < LEAST_CONNECTIONS:
            raise ValueError(f"{text!r} is no case: it takes at least {LEAST_CONNECTIONS} connections")
        return cls(App(ready_delay, found[1]), shape)


@dataclass(frozen=True)
class Measured:
    """One deployment. Times are in seconds, less the application's ready delay where that is part of them."""

    tool: str
    status: int
    first: float | None
    """Command to first answer of the new release; None if it never answered."""
    whole: float
    report: Report

    @property
    def lasting(self) -> bool:
        """Whether requests and WebSockets that last were among the load."""
        return bool(self.report.lasting)

    @property
    def gap(self) -> float:
        """The longest time without a successful answer."""
        return self.report.longest_gap(Window(self.report.at("deploy"))).seconds

    @property
    def slowdown(self) -> float:
        """The 99th percentile of kept GETs while the command ran, against before."""
        before = self.report.latency("keep-alive GET", Window(BEFORE / 2, self.report.at("deploy")))
        return self.report.latency("keep-alive GET", self.report.window("deploy", "done")).p99 / before.p99

    def to_json(self) -> dict[str, Any]:
        """Plain values, and the timeline."""
        return {
            "tool": self.tool, "status": self.status, "first": self.first, "whole": self.whole, "gap": self.gap,
            "slowdown": self.slowdown, "timeline": self.report.timeline(120), "marks": self.report.marks,
            "counts": {group: asdict(self.report.counts(group)) for group in self.report.groups},
        }  # fmt: skip


def measured(tool: Tool, app: App, plan: Plan, release: str) -> Measured:
    """Deploy a release under load."""
    with running(tool.target, plan) as load:
        load.go_on(BEFORE, LIMIT)
        load.mark("deploy")
        begun = time.monotonic()
        process = tool.start(app, "deploy", release)
        process.communicate(timeout=LIMIT)
        took = time.monotonic() - begun
        load.mark("done")
        load.wait_for_release(release, LIMIT)
        load.go_on(AFTER, LIMIT)
    spans = {span.release: span.first for span in load.report.spans()}
    first = spans[release] - load.report.at("deploy") - app.ready_delay if release in spans else None
    return Measured(tool.name, process.returncode, first, took - app.ready_delay, load.report)
