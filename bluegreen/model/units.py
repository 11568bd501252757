"""Compose's notations for times and sizes: `1m30s`, `512m`."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

LONGEST = 7 * 24 * 3600.0
"""Seconds; a duration above a week is a mistake."""

LARGEST = 1024**5
"""Bytes."""

_NUMBER = r"([0-9]{1,9}(?:\.[0-9]{1,9})?)"
_DURATION = rf"(?=.)(?:{_NUMBER}h)?(?:{_NUMBER}m(?!s))?(?:{_NUMBER}s)?(?:{_NUMBER}ms)?"
_SIZE = r"([0-9]{1,18}(?:\.[0-9]{1,9})?) ?(?:([bB])|([kKmMgG])[bB]?)?"
_PERCENT = r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%"
_CPUS = r"[0-9]{1,4}(?:\.[0-9]{1,9})?"
_FACTOR = {"k": 1024, "m": 1024**2, "g": 1024**3}


def seconds(value: object) -> float:
    """Read a duration, `1h2m3s400ms`, in seconds, exact to the millisecond. Raises ValueError."""
    match = isinstance(value, str) and re.fullmatch(_DURATION, value)
    if not match:
        raise ValueError("should be a duration such as 30s, 500ms or 1m30s")
    hours, minutes, secs, millis = (float(part or 0) for part in match.groups())
    total = round(hours * 3600 + minutes * 60 + secs + millis / 1000, 3)
    if total > LONGEST:
        raise ValueError("should be a duration of 7 days (168h) at most")
    return total


def size(value: object) -> int:
    """Read a size, `512m`, in bytes. Raises ValueError."""
    match = isinstance(value, str | int) and not isinstance(value, bool) and re.fullmatch(_SIZE, str(value))
    if not match:
        raise ValueError("should be a size such as 512m or 2g")
    total = int(float(match[1]) * _FACTOR.get((match[3] or "").lower(), 1))
    if not 1 <= total <= LARGEST:
        raise ValueError("should be a size of 1 byte to 1048576g")
    return total


def share(value: object) -> float:
    """Read a percentage, `1%`, as a share between 0 and 1. Raises ValueError."""
    match = isinstance(value, str) and re.fullmatch(_PERCENT, value)
    if not match or float(match[1]) > 100:
        raise ValueError("should be a percentage such as 1%")
    return round(float(match[1]) / 100, 8)


def cpus(value: object) -> float:
    """Read a number of CPUs, `1.5`. Raises ValueError."""
    number = isinstance(value, str | int | float) and not isinstance(value, bool) and str(value)
    if not number or not re.fullmatch(_CPUS, number) or not 0 < float(number) <= 1024:
        raise ValueError("should be a number of CPUs such as 1.5")
    return float(number)


def show_seconds(value: float) -> str:
    """Write a duration so that `seconds` reads it back."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "s"


def show_share(value: float) -> str:
    """Write a share so that `share` reads it back."""
    return f"{value * 100:.6f}".rstrip("0").rstrip(".") + "%"


def _positive(value: float) -> float:
    if not value:
        raise ValueError("should be longer than nothing, such as 5s")
    return value


def _text(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


def _number_or(number: str, pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": number, "exclusiveMinimum": 0}, {"type": "string", "pattern": pattern}]})


Duration = Annotated[
    float,
    BeforeValidator(seconds),
    PlainSerializer(show_seconds),
    _text("^(?=.)([0-9.]+h)?([0-9.]+m)?([0-9.]+s)?([0-9.]+ms)?$"),
]
"""Seconds; written `30s`."""

Wait = Annotated[Duration, AfterValidator(_positive)]
"""Seconds, more than none."""

Bytes = Annotated[
    int,
    BeforeValidator(size),
    _number_or("integer", "^[0-9]+([.][0-9]+)? ?([bB]|[kKmMgG][bB]?)?$"),
]
"""Bytes; written `512m`."""

Share = Annotated[float, BeforeValidator(share), PlainSerializer(show_share), _text(r"^[0-9]{1,3}(\.[0-9]+)? ?%$")]
"""A share between 0 and 1; written `1%`."""

Cpus = Annotated[float, BeforeValidator(cpus), _number_or("number", "^[0-9.]+$")]
"""A number of CPUs; written `1.5`."""
