"""A deployment that waits for its promotion."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bluegreen.cli import words

if TYPE_CHECKING:
    from bluegreen.deploy.held import Held


def held_lines(held: "Held") -> Iterator[str]:
    """Say what is held, how to look at it, and what to type next."""
    what = ", ".join(f"{service} ({image})" for service, image in zip(held.services, held.images, strict=True))
    yield f"held: deployment {held.deployment}, since {words.moment(held.since)}: {what}"
    yield f"  containers: {', '.join(held.containers) or 'none; they were removed'}"
    ask = held.urls[0] if held.urls else "URL"
    yield f"  preview: curl -H '{held.header}: {held.token}' {ask}"
    yield "  next: `bluegreen promote` moves the traffic to it, `bluegreen abort` removes it"
