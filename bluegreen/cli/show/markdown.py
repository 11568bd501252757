"""Markdown in which what others say stays what it is: no HTML, link, mention, picture or fence of theirs."""

import re
from collections.abc import Iterable, Sequence

from bluegreen.model.text import harmless, one_line

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>&|~$^\"'@#]|:(?=//)|(?<=www)\.|^[^A-Za-z]", re.IGNORECASE)
_JOINER = "&#8288;"
"""Nothing that is seen; it parts what would mean a person, an issue or an address."""


def prose(text: str) -> str:
    """Write a text as one line that is nothing but text, also in a cell or behind a bullet."""
    return _ACTIVE.sub(_inert, one_line(text))


def _inert(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};{_JOINER if found[0] in '@#:.' else ''}"


def code(text: str) -> str:
    """Write a name, an image or a hash as code; anything that is more than that as a text."""
    return f"`{text}`" if re.fullmatch(r"[\w./:@+-]+", text, re.ASCII) else prose(text)


def fenced(lines: Iterable[str], language: str = "text") -> str:
    """Write lines as they are, behind a fence that none of them can close."""
    text = harmless("\n".join(lines)).replace("\r", "")
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def grid(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table; its cells are Markdown already."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
