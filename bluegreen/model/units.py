"""Compose's notations for times and sizes: `1m30s`, `512m`."""

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([bkmg]?)b?", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_FACTOR = {"": 1, "b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}


def seconds(value: object) -> float:
    """Read a duration, `1h2m3s400ms`, in seconds. Raises ValueError."""
    match = isinstance(value, str) and value and _DURATION.fullmatch(value)
    if not match:
        raise ValueError("should be a duration such as 30s, 500ms or 1m30s")
    hours, minutes, secs, millis = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + secs + millis / 1000


def size(value: object) -> int:
    """Read a size, `512m`, in bytes. Raises ValueError."""
    match = isinstance(value, str | int) and not isinstance(value, bool) and _SIZE.fullmatch(str(value))
    if not match:
        raise ValueError("should be a size such as 512m or 2g")
    return int(float(match[1]) * _FACTOR[match[2].lower()])


def share(value: object) -> float:
    """Read a percentage, `1%`, as a share between 0 and 1. Raises ValueError."""
    match = isinstance(value, str) and _PERCENT.fullmatch(value)
    if not match or float(match[1]) > 100:
        raise ValueError("should be a percentage such as 1%")
    return float(match[1]) / 100


def show_seconds(value: float) -> str:
    """Write a duration so that `seconds` reads it back."""
    return f"{value:.3f}".rstrip("0").rstrip(".") + "s"


def show_share(value: float) -> str:
    """Write a share so that `share` reads it back."""
    return f"{value * 100:.6f}".rstrip("0").rstrip(".") + "%"


def _text(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


Duration = Annotated[
    float, BeforeValidator(seconds), PlainSerializer(show_seconds), _text(r"^(\d+h)?(\d+m)?(\d+(\.\d+)?s)?(\d+ms)?$")
]
"""Seconds; written `30s`."""

Bytes = Annotated[int, BeforeValidator(size), WithJsonSchema({"type": ["string", "integer"]})]
"""Bytes; written `512m`."""

Share = Annotated[float, BeforeValidator(share), PlainSerializer(show_share), _text(r"^\d+(\.\d+)?%$")]
"""A share between 0 and 1; written `1%`."""
