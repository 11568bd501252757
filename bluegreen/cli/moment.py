"""Moments as a person types them: so long ago, or a date."""

import re
import time
from datetime import datetime

import typer

_AGO = re.compile(r"(?=.)" + "".join(f"(?:([0-9]{{1,6}}){unit})?" for unit in "wdhms"))
_SECONDS = (7 * 86400, 86400, 3600, 60, 1)


def since(text: str) -> float:
    """Read `7d`, `12h`, `2026-11-01` or `2026-11-01T08:30`, the time here unless it says another, as a Unix time."""
    if ago := _AGO.fullmatch(text):
        return time.time() - sum(int(part or 0) * unit for part, unit in zip(ago.groups(), _SECONDS, strict=True))
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise typer.BadParameter(f"{text} should be a time such as 7d, 12h, 2026-11-01 or 2026-11-01T08:30") from None
