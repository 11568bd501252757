"""How long a busy server wants to be left alone."""

import time
from email.utils import parsedate_to_datetime


def pause(said: str) -> float:
    """Return the seconds that a Retry-After means, `120` or a date; 0 where it says none."""
    if said.isdecimal():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
