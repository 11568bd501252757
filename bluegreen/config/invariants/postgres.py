"""The same major version of PostgreSQL, everywhere."""

import re
from collections.abc import Iterator

from bluegreen.config.composefile.tree import Leaf
from bluegreen.config.invariants.compared import Compared
from bluegreen.config.invariants.finding import Finding
from bluegreen.config.invariants.rules import POSTGRES
from bluegreen.model.service import Kind, Service

_MAJOR = re.compile(r"(?:.*-)?pg([0-9]{1,2})(?:[.-].*)?|([0-9]{1,2})(?:[.-].*)?")


def is_postgres(image: str) -> bool:
    """Whether an image is PostgreSQL by its name."""
    name = image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return bool(re.search(r"postgres|postgis|pgvector|timescale", name))


def major_version(image: str) -> int | None:
    """Return the major version that an image's tag says: `17.2-bookworm`, `latest-pg17`."""
    tag = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    match = _MAJOR.fullmatch(tag)
    return int(match[1] or match[2]) if match else None


def other_versions(compared: Compared) -> Iterator[Finding]:
    """Find databases whose image is of another version, or of none that is said."""
    for service in compared.project.of_kind(Kind.DATABASE):
        if service.image:
            path = ("services", service.name, "image")
            image = Leaf(compared.place(*path), service.image, foreign=compared.places.hidden(path))
            yield from _judged(compared, service, image)
    for service, composed in compared.pairs():
        said = composed.leaf("image")
        if service.kind is Kind.DATABASE and said:
            yield from _judged(compared, service, said)


def _judged(compared: Compared, service: Service, image: Leaf) -> Iterator[Finding]:
    major = major_version(image.text)
    if major == service.version:
        return
    says = "says no version" if major is None else "is another" if image.foreign else f"is PostgreSQL {major}"
    ours = compared.shown(service.version, "services", service.name, "version")
    message = f"the image {image.shown} of {service.name} {says}, and services.yaml says {ours}"
    yield Finding(POSTGRES, image.place, service.name, message, f"image: postgres:{ours}")
