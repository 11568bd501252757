"""Times and identifiers, as a person reads them."""

from datetime import UTC, datetime

SHORT = 6
"""Characters of an id that are shown: its end is random, its beginning is the time."""


def seconds(value: float | None) -> str:
    """Write how long something took: `1.2 ms`, `41 ms`, `0.41 s`, `12.3 s`, `2 min 5 s`; nothing for None."""
    match value:
        case None:
            return ""
        case _ if value < 0.01:
            return f"{value * 1000:.1f} ms"
        case _ if value < 0.1:
            return f"{value * 1000:.0f} ms"
        case _ if value < 10:
            return f"{value:.2f} s"
        case _ if value < 100:
            return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def moment(unix: float) -> str:
    """Write a Unix time as date and time here."""
    return f"{datetime.fromtimestamp(unix, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def clock(unix: float) -> str:
    """Write a Unix time as the time of day here."""
    return f"{datetime.fromtimestamp(unix, UTC).astimezone():%H:%M:%S}"


def short(identifier: str | None) -> str:
    """Return the end of an id; of a release's, it is what `rollback --to` takes."""
    return identifier[-SHORT:] if identifier else ""


def counted(number: int, what: str) -> str:
    """Write a number of things."""
    return f"{number} {what}{'' if number == 1 else 's'}"
