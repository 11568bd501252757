"""Image references taken apart."""

import pytest

from bluegreen.engine.reference import Reference, parse

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("ref", "expected", "registry"),
    [
        ("nginx", Reference("nginx"), "docker.io"),
        ("nginx:1.30", Reference("nginx", "1.30"), "docker.io"),
        ("docker.io/library/nginx:1.30", Reference("nginx", "1.30"), "docker.io"),
        ("index.docker.io/acme/app", Reference("acme/app"), "docker.io"),
        ("acme/app:v1", Reference("acme/app", "v1"), "docker.io"),
        ("ghcr.io/acme/app:v1", Reference("ghcr.io/acme/app", "v1"), "ghcr.io"),
        ("localhost/app", Reference("localhost/app"), "localhost"),
        ("localhost:5000/app", Reference("localhost:5000/app"), "localhost:5000"),
        ("127.0.0.1:5000/a/b:1", Reference("127.0.0.1:5000/a/b", "1"), "127.0.0.1:5000"),
        (f"ghcr.io/acme/app@{DIGEST}", Reference("ghcr.io/acme/app", "", DIGEST), "ghcr.io"),
        (f"r:5000/app:v1@{DIGEST}", Reference("r:5000/app", "v1", DIGEST), "r:5000"),
    ],
)
def test_a_reference_has_these_parts(ref: str, expected: Reference, registry: str) -> None:
    assert parse(ref) == expected
    assert parse(ref).registry == registry


def test_a_digest_replaces_the_tag() -> None:
    assert parse("localhost:5000/app:v1").at(DIGEST) == f"localhost:5000/app@{DIGEST}"
