"""ULIDs: identifiers that sort by time (https://github.com/ulid/spec)."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new(now: float) -> str:
    """Return a new ULID for the Unix time `now` (seconds): 48 bits of milliseconds, 80 random bits."""
    return _written(int(now * 1000) << 80 | secrets.randbits(80))


def first(now: float) -> str:
    """Return the lowest ULID of a moment, a Unix time: whatever is made from then on sorts after it."""
    return _written(int(max(now, 0.0) * 1000) << 80)


def _written(value: int) -> str:
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))
