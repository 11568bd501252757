"""Reads `refused.txt`: what is wrong in services.yaml, and the exact words about it."""

import textwrap
from dataclasses import dataclass
from pathlib import Path

_WEB = "  web:\n    image: shop\n    port: 3000\n"
_HEAD = "project: shop\nnetwork: shop-network\n"
_AROUND = {
    "file": ("", 0, ""),
    "head": ("", 0, f"services:\n{_WEB}"),
    "web": (f"{_HEAD}services:\n{_WEB}", 4, ""),
    "services": (f"{_HEAD}services:\n", 2, ""),
    "proxy": (f"{_HEAD}proxy:\n", 2, f"services:\n{_WEB}"),
    "hooks": (f"{_HEAD}hooks:\n", 2, f"services:\n{_WEB}"),
    "overlay": (f"{_HEAD}services:\n{_WEB}environments:\n  production:\n", 4, ""),
}
"""What stands before and after the snippet of each kind, and how far it is indented."""


@dataclass(frozen=True)
class Case:
    """One wrong services.yaml."""

    title: str
    text: str
    expected: tuple[str, ...]
    environment: str | None

    @staticmethod
    def read(block: str) -> "Case":
        head, _, body = block.partition("\n")
        kind, _, title = head.partition(": ")
        snippet = "".join(f"{line}\n" for line in body.splitlines() if not line.startswith("=> "))
        before, indent, after = _AROUND[kind]
        expected = tuple(line.removeprefix("=> ") for line in body.splitlines() if line.startswith("=> "))
        text = before + textwrap.indent(snippet, " " * indent) + after
        return Case(title, text, expected, "production" if kind == "overlay" else None)


def read_cases() -> list[Case]:
    blocks = (Path(__file__).parent / "refused.txt").read_text().split("\n### ")
    return [Case.read(block) for block in blocks[1:]]
