"""Images from a registry that asks for a password: what is deployed is the digest that a tag meant."""

import base64
import io
import json
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import docker
import pytest
from docker.errors import ImageNotFound

from tests.engine.product.conftest import build
from tests.engine.product.shop import Shop
from tests.engine.registry import Registry

DOCKERFILE = b"FROM nginx:1.30\nCOPY default.conf /etc/nginx/conf.d/default.conf\n"


@pytest.fixture
def tag(engine: docker.APIClient, registry: Registry) -> Iterator[str]:
    """A tag of the registry that moves; its images go after the shop that runs them."""
    repository = f"{registry.address}/t{uuid4().hex[:8]}"
    yield f"{repository}:stable"
    for image in engine.images(repository, all=True):
        with suppress(ImageNotFound):
            engine.remove_image(image["Id"], force=True)


def push(engine: docker.APIClient, registry: Registry, ref: str, release: str) -> str:
    """Build a little server, push it under this tag, and keep no copy; return its digest."""
    site = f'server {{ listen 80; add_header X-Release {release}; location / {{ return 200 "ok"; }} }}\n'.encode()
    build(engine, fileobj=context({"Dockerfile": DOCKERFILE, "default.conf": site}), custom_context=True, tag=ref)
    account = {"username": registry.username, "password": registry.password}
    messages = list(engine.push(ref, auth_config=account, stream=True, decode=True))
    engine.remove_image(ref, force=True)
    (digest,) = (message["aux"]["Digest"] for message in messages if "aux" in message)
    return str(digest)


def context(files: dict[str, bytes]) -> io.BytesIO:
    """A build context."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    buffer.seek(0)
    return buffer


def logged_in(shop: Shop, registry: Registry) -> str:
    """What `docker login` leaves: the folder with its password."""
    auth = base64.b64encode(f"{registry.username}:{registry.password}".encode()).decode()
    (shop.folder / "config.json").write_text(json.dumps({"auths": {registry.address: {"auth": auth}}}))
    return str(shop.folder)


def test_a_tag_is_deployed_as_the_digest_that_it_means(tag: str, shop: Shop, registry: Registry) -> None:
    first = push(shop.engine, registry, tag, "one")
    shop.web(image=tag, port=80, health={"http": {"path": "/"}, "deadline": "10s", "interval": "100ms"})
    assert f"docker login {registry.address}" in shop.run("deploy", expect=1, DOCKER_CONFIG=str(shop.folder)).err
    account = logged_in(shop, registry)
    shop.deploy(DOCKER_CONFIG=account)
    assert shop.answered() == "one"
    assert shop.inspect("server-green")["Config"]["Image"].endswith(f"@{first}")
    assert [row["why"] for row in shop.deploy(DOCKER_CONFIG=account)["services"]] == ["unchanged"]

    second = push(shop.engine, registry, tag, "two")
    (row,) = shop.deploy(DOCKER_CONFIG=account)["services"]
    assert (row["old_digest"], row["new_digest"]) == (short(first), short(second))
    assert shop.answered() == "two"

    shop.run("rollback", DOCKER_CONFIG=account)
    assert shop.answered() == "one"
    assert shop.inspect("server-green")["Config"]["Image"].endswith(f"@{first}")


def short(digest: str) -> str:
    """As a person compares it."""
    return digest.removeprefix("sha256:")[:12]
