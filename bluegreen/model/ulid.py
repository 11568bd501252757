"""ULIDs: identifiers that sort by time (https://github.com/ulid/spec)."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new(now: float) -> str:
    """Return a new ULID for the Unix time `now` (seconds): 48 bits of milliseconds, 80 random bits."""
    value = int(now * 1000) << 80 | secrets.randbits(80)
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))
