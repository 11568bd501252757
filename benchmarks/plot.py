"""How something grows, as a picture: lines on two logarithmic scales, on which what grows evenly is straight."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.compare.pictures import BLUE, FAINT, GREEN, INK, RED, picture, rect, text

WIDTH, HEIGHT, LEFT, TOP = 640, 320, 70, 40
COLORS = (BLUE, GREEN, RED, "#8a5cd1", "#c98a1b", "#1b9aaa", INK)

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Axes:
    """The part of the plane that is shown, as powers of ten."""

    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point is drawn."""
        across = (math.log10(x) - self.x[0]) / (self.x[1] - self.x[0])
        up = (math.log10(y) - self.y[0]) / (self.y[1] - self.y[0])
        return LEFT + across * WIDTH, TOP + (1 - up) * HEIGHT


def growth(title: str, lines: Mapping[str, Points], unit: str) -> str:
    """Draw a line for each name; `unit` is that of the numbers across. Seconds stand upright."""
    points = [point for each in lines.values() for point in each]
    axes = Axes(_span([x for x, _ in points]), _span([y for _, y in points]))
    shapes = [text(8, 18, title), *_grid(axes, unit)]
    for number, (name, each) in enumerate(lines.items()):
        color = COLORS[number % len(COLORS)]
        shapes += _line([axes.place(x, y) for x, y in each], color)
        shapes.append(text(LEFT + WIDTH + 16, TOP + 20 * number + 12, name, color))
    return picture(TOP + HEIGHT + 34, shapes)


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _grid(axes: Axes, unit: str) -> Iterator[str]:
    for power in range(int(axes.x[0]), int(axes.x[1]) + 1):
        x, bottom = axes.place(10**power, 10 ** axes.y[0])
        yield rect(x, TOP, 1, HEIGHT, FAINT)
        yield text(x - 8, bottom + 20, f"{10**power:,} {unit if power == axes.x[1] else ''}")
    for power in range(int(axes.y[0]), int(axes.y[1]) + 1):
        left, y = axes.place(10 ** axes.x[0], 10.0**power)
        yield rect(left, y, WIDTH, 1, FAINT)
        yield text(8, y + 5, f"{10.0**power:g} s")


def _line(places: Sequence[tuple[float, float]], color: str) -> Iterator[str]:
    for (x, y), (after, lower) in pairwise(places):
        line = f'x1="{x:.1f}" y1="{y:.1f}" x2="{after:.1f}" y2="{lower:.1f}"'
        yield f'<line {line} stroke="{color}" stroke-width="2"/>'
    for x, y in places:
        yield rect(x - 3, y - 3, 6, 6, color)
