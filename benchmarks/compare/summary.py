"""All deployments of a tool in one row."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.compare.measure import LONG, SOCKET, Measured

HEADINGS = (
    "tool", "requests", "lost", "refused", "cut", "non-2xx", "timed out", "twice", "with loss", "longest gap",
    "first answer", "whole command", "3 s requests cut", "WebSockets cut", "p99 during / before",
)  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """Medians are over the deployments; times in seconds, beyond the application's own readiness."""

    tool: str
    deployments: int
    requests: int
    lost: int
    refused: int
    cut: int
    non_2xx: int
    timed_out: int
    twice: int
    """POSTs that the application saw twice."""
    with_loss: int
    """Deployments that lost anything."""
    gap: float
    """The longest of all."""
    first: float
    whole: float
    """Where nothing lasted that had to be waited for."""
    long_cut: int
    sockets_cut: int
    slowdown: float

    @property
    def row(self) -> tuple[str, ...]:
        """As a person reads it."""
        return (
            self.tool, f"{self.requests:,}", *(f"{count:,}" for count in (self.lost, self.refused, self.cut)),
            *(f"{count:,}" for count in (self.non_2xx, self.timed_out, self.twice)),
            f"{self.with_loss} of {self.deployments}", f"{self.gap:.2f} s", f"{self.first:.2f} s",
            f"{self.whole:.2f} s", str(self.long_cut), str(self.sockets_cut), f"{self.slowdown:.1f}",
        )  # fmt: skip


def summary(deployments: Sequence[Measured]) -> Summary:
    """Add up what one tool's deployments did to its clients."""
    counts = [each.report.counts() for each in deployments]
    return Summary(
        tool=deployments[0].tool,
        deployments=len(deployments),
        requests=sum(each.sent for each in counts),
        lost=sum(each.lost for each in counts),
        refused=sum(each.refused for each in counts),
        cut=sum(each.closed for each in counts),
        non_2xx=sum(each.non_2xx for each in counts),
        timed_out=sum(each.timed_out for each in counts),
        twice=sum(side.duplicates for each in deployments for side in each.report.side.values()),
        with_loss=sum(each.lost > 0 for each in counts),
        gap=max(each.gap for each in deployments),
        first=statistics.median(each.first if each.first is not None else float("inf") for each in deployments),
        whole=statistics.median(each.whole for each in deployments if not each.lasting),
        long_cut=sum(each.report.counts(LONG).lost for each in deployments),
        sockets_cut=sum(each.report.counts(SOCKET).lost for each in deployments),
        slowdown=statistics.median(each.slowdown for each in deployments),
    )
