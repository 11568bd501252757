"""Plain-text tables that fit the terminal."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

GAP = 2
NARROWEST = 12
"""A column that gives way keeps this much."""

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Column:
    """A title, and how a text gives way where the terminal is too narrow: by its end, its start, or over more lines."""

    title: str
    narrow: Literal["", "end", "start", "wrap"] = ""
    """Empty: never."""


def table(columns: Sequence[Column], rows: Sequence[Row], width: int | None) -> str:
    """Lay rows out below their titles; a cell may have several lines, an empty column is left out.

    `width` is the number of characters that a line may have, None for any.
    """
    kept = [index for index, _ in enumerate(columns) if any(row[index] for row in rows)]
    shown = [columns[index] for index in kept]
    cells = [[row[index].replace("\t", " ").split("\n") for index in kept] for row in rows]
    titles = [[column.title] for column in shown]
    natural = [max(len(line) for cell in column for line in cell) for column in zip(titles, *cells, strict=True)]
    widths = _fit(shown, natural, width)
    return "\n".join(line for row in [titles, *cells] for line in _lines(shown, row, widths))


def _fit(columns: Sequence[Column], natural: list[int], width: int | None) -> list[int]:
    """Take what is too much from the widest columns that give way."""
    least = [NARROWEST if column.narrow else found for column, found in zip(columns, natural, strict=True)]
    widths = list(natural)
    while width is not None and sum(widths) + GAP * (len(widths) - 1) > width:
        spare = [index for index, found in enumerate(widths) if found > least[index]]
        if not spare:
            break
        widths[max(spare, key=widths.__getitem__)] -= 1
    return widths


def _lines(columns: Sequence[Column], row: Sequence[Sequence[str]], widths: list[int]) -> list[str]:
    fitted = (
        [part.ljust(room) for line in cell for part in _parts(line, room, column.narrow)]
        for cell, room, column in zip(row, widths, columns, strict=True)
    )
    blank = [" " * room for room in widths]
    lines = zip_longest(*fitted)
    return [(" " * GAP).join(part or none for part, none in zip(line, blank, strict=True)).rstrip() for line in lines]


def _parts(text: str, room: int, narrow: str) -> list[str]:
    if len(text) <= room:
        return [text]
    match narrow:
        case "wrap":
            return textwrap.wrap(text, room)
        case "start":
            return ["…" + text[len(text) - room + 1 :]]
        case _:
            return [text[: room - 1] + "…"]
