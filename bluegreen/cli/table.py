"""Plain-text tables that fit the terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

GAP = 2
NARROWEST = 8
"""A column is never cut to less."""

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """A title, and what gives way where the terminal is too narrow."""

    title: str
    cut: Literal["", "end", "start"] = ""
    """Which part of a text is left out; empty: none, ever."""


def table(columns: Sequence[Column], rows: Sequence[Row], width: int | None) -> str:
    """Lay rows out below their titles. A cell may have several lines; a column that is empty throughout is left out."""
    kept = [index for index, _ in enumerate(columns) if any(row[index] for row in rows)]
    shown = [columns[index] for index in kept]
    cells = [[row[index].replace("\t", " ").split("\n") for index in kept] for row in rows]
    titles = [[column.title] for column in shown]
    widths = _fit(shown, [_widest(column) for column in zip(titles, *cells, strict=True)], width)
    return "\n".join(line for row in [titles, *cells] for line in _lines(shown, row, widths))


def _widest(column: Sequence[Sequence[str]]) -> int:
    return max(len(line) for cell in column for line in cell)


def _fit(columns: Sequence[Column], natural: list[int], width: int | None) -> list[int]:
    """Take what is too much from the widest columns that may be cut."""
    widths = list(natural)
    least = [
        max(NARROWEST, len(column.title)) if column.cut else found
        for column, found in zip(columns, natural, strict=True)
    ]
    while width is not None and sum(widths) + GAP * (len(widths) - 1) > width:
        spare = [index for index in range(len(widths)) if widths[index] > least[index]]
        if not spare:
            break
        widths[max(spare, key=widths.__getitem__)] -= 1
    return widths


def _lines(columns: Sequence[Column], row: Sequence[Sequence[str]], widths: list[int]) -> list[str]:
    return [
        (" " * GAP)
        .join(
            _cut(text, room, column.cut).ljust(room) for text, room, column in zip(line, widths, columns, strict=True)
        )
        .rstrip()
        for line in zip_longest(*row, fillvalue="")
    ]


def _cut(text: str, room: int, cut: str) -> str:
    if len(text) <= room:
        return text
    return "…" + text[len(text) - room + 1 :] if cut == "start" else text[: room - 1] + "…"
