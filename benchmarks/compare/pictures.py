"""The comparison as pictures: SVG, for the README."""

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from benchmarks.compare.measure import Measured
from benchmarks.compare.summary import Summary
from benchmarks.load import Report

WIDTH, LEFT, LANE, GAP, TOP = 960, 130, 44, 18, 44
COLUMNS = 160
FROM, TO = -1.0, 11.0
"""Seconds of the timelines, from the moment when the command was typed."""
BLUE, GREEN, RED, INK, FAINT = "#2f6fdb", "#2aa568", "#d92d20", "#1f2933", "#d5dbe1"
SECOND = (WIDTH - LEFT - 20) / (TO - FROM)


def timelines(found: Sequence[Measured]) -> str:
    """A lane for each tool: who answered when in its worst deployment, losses marked."""
    tools = list(dict.fromkeys(each.tool for each in found))
    worst = [max((e for e in found if e.tool == tool), key=lambda e: (e.report.counts().lost, e.gap)) for tool in tools]
    lanes = (shape for row, each in enumerate(worst) for shape in lane(each, TOP + row * (LANE + GAP)))
    height = TOP + len(tools) * (LANE + GAP) + 24
    title = (
        "Answers of the old release (blue) and the new one (green), requests lost (red): each tool's worst deployment"
    )
    return picture(height, [text(8, 18, title), *lanes, *axis(height)])


def lane(each: Measured, top: float) -> Iterator[str]:
    """One tool's timeline."""
    begun = each.report.at("deploy")
    counts = each.report.counts()
    yield text(8, top + 18, each.tool, bold=True)
    yield text(8, top + 36, f"lost {counts.lost:,}", RED if counts.lost else INK)
    yield rect(LEFT, top + LANE, WIDTH - LEFT - 20, 1, FAINT)
    first = each.report.spans()[0].release
    columns = list(shares(each.report, begun))
    highest = max((old + new for old, new, _ in (count(bucket, first) for bucket in columns)), default=1)
    step = (WIDTH - LEFT - 20) / COLUMNS
    for index, bucket in enumerate(columns):
        old, new, lost = count(bucket, first)
        x = LEFT + index * step
        bottom = top + LANE
        for height, color in ((LANE * old / highest, BLUE), (LANE * new / highest, GREEN)):
            bottom -= height
            if height:
                yield rect(x, bottom, step, height, color)
        if lost:
            yield rect(x, top - 6, step, 5, RED)


def shares(report: Report, begun: float) -> Iterator[tuple[dict[str, int], int]]:
    """Answers by release, and losses, in equal parts of the shown time."""
    step = (TO - FROM) / COLUMNS
    answers: list[dict[str, int]] = [{} for _ in range(COLUMNS)]
    lost = [0] * COLUMNS
    for row in report.samples:
        column = int((row.at + row.took - begun - FROM) / step)
        if not 0 <= column < COLUMNS or row.group in report.lasting:
            continue
        if row.outcome == 0:
            answers[column][row.release] = answers[column].get(row.release, 0) + 1
        else:
            lost[column] += 1
    yield from zip(answers, lost, strict=True)


def count(bucket: tuple[dict[str, int], int], first: str) -> tuple[int, int, int]:
    """Answers of the old release, of the new one, and losses."""
    answers, lost = bucket
    old = answers.get(first, 0)
    return old, sum(answers.values()) - old, lost


def axis(height: int) -> Iterator[str]:
    """Seconds since the command was typed."""
    for second in range(int(FROM) + 1, int(TO)):
        x = LEFT + (second - FROM) * SECOND
        yield rect(x, TOP - 8, 1, height - TOP - 14, FAINT)
        yield text(x + 3, height - 6, f"{second} s")


def overhead(summaries: Sequence[Summary]) -> str:
    """Bars: what a tool adds to the application's own readiness."""
    longest = max(seconds for each in summaries for seconds in (each.first, each.whole) if math.isfinite(seconds))
    scale = (WIDTH - LEFT - 160) / longest
    shapes = [
        text(8, 18, "Seconds beyond the application's own readiness: to the first answer (green), whole command (grey)")
    ]
    for row, each in enumerate(summaries):
        top = TOP + row * (LANE + GAP)
        shapes += [
            text(8, top + 18, each.tool, bold=True),
            text(8, top + 36, f"lost {each.lost:,}", RED if each.lost else INK),
        ]
        for offset, value, color in ((0, each.first, GREEN), (LANE / 2, each.whole, "#8a97a5")):
            length = min(max(value, 0), longest) * scale
            label = f"{value:.2f} s" if math.isfinite(value) else "never"
            shapes += [
                rect(LEFT, top + offset, length, LANE / 2 - 3, color),
                text(LEFT + length + 6, top + offset + 15, label),
            ]
    return picture(TOP + len(summaries) * (LANE + GAP), shapes)


def picture(height: float, shapes: Iterable[str]) -> str:
    """Put shapes on a white sheet."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
    return "\n".join([head, rect(0, 0, WIDTH, height, "#ffffff"), *shapes, "</svg>\n"])


def rect(x: float, y: float, width: float, height: float, color: str) -> str:
    """A filled rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{color}"/>'


def text(x: float, y: float, words: str, color: str = INK, *, bold: bool = False) -> str:
    """A line of text."""
    weight = ' font-weight="bold"' if bold else ""
    place = f'x="{x:.1f}" y="{y:.1f}" font-family="sans-serif" font-size="13" fill="{color}"{weight}'
    return f"<text {place}>{escape(words)}</text>"
