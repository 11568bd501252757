"""A load client that never retries and counts exactly.

A request is answered, or it is lost and says how: there is no third case. The one thing that is neither is an idle
connection that the server had closed before the next request was begun: that is ordinary HTTP, counted as a reconnect.

In a test, in a process of its own so that the test doesn't disturb it:

    with running(Target("http://127.0.0.1:8080", host="shop.example"), Plan.mixed(rate=200)) as load:
        load.wait_for_answers(100)
        load.mark("cutover")
        ...
    assert load.report.counts().lost == 0, table(load.report)
"""

from benchmarks.load.figures import Bucket, Counts, Gap, Latency, Mark, Side, Span, Window
from benchmarks.load.load import Load
from benchmarks.load.plan import (
    Fresh,
    Group,
    KeepAlive,
    Plan,
    Preconnected,
    Requests,
    Stream,
    Target,
    Upload,
    WebSocket,
)
from benchmarks.load.recorder import Progress
from benchmarks.load.report import Report
from benchmarks.load.running import Running, beside, running
from benchmarks.load.samples import Failure, Outcome
from benchmarks.load.table import chart, table

__all__ = [
    "Bucket",
    "Counts",
    "Failure",
    "Fresh",
    "Gap",
    "Group",
    "KeepAlive",
    "Latency",
    "Load",
    "Mark",
    "Outcome",
    "Plan",
    "Preconnected",
    "Progress",
    "Report",
    "Requests",
    "Running",
    "Side",
    "Span",
    "Stream",
    "Target",
    "Upload",
    "WebSocket",
    "Window",
    "beside",
    "chart",
    "running",
    "table",
]
