"""What has to be built."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from bluegreen.cli.table import Column, table
from bluegreen.deploy.changed import ChangedService, Changes

COLUMNS = (Column("SERVICE"), Column("BUILD"), Column("WHY", narrow="wrap"))


def changed_text(found: Changes, width: int | None) -> str:
    """Lay the answer out, a row per service."""
    rows = [(each.service, "yes" if each.changed else "no", each.why) for each in found.services]
    return table(COLUMNS, rows, width) if rows else "There is nothing to build."


def changed_json(found: Changes) -> dict[str, object]:
    """Return the answer as a JSON object."""
    return asdict(found)


def matrix_json(found: Changes) -> str:
    """Return what has to be built as a build matrix: an entry for each image, with the first service that it is for."""
    entries = [{"service": first.service, "image": image} for image, first in _images(found.services)]
    return json.dumps({"include": entries}, separators=(",", ":"))


def images_text(found: Changes) -> str:
    """Return every service's image as options of `up`: what is built at this commit, and what runs of the rest."""
    return " ".join(f"--image {each.service}={each.image}" for each in found.services)


def _images(services: Iterable[ChangedService]) -> Iterable[tuple[str, ChangedService]]:
    images: dict[str, ChangedService] = {}
    for each in services:
        if each.changed:
            images.setdefault(each.image, each)
    return images.items()
