"""Little servers in a registry: pushed under a tag, and no copy kept."""

import base64
import io
import json
import tarfile

import docker

from tests.engine.product.conftest import build
from tests.engine.product.shop import Shop
from tests.engine.registry import Registry

DOCKERFILE = b"FROM nginx:1.30\nCOPY default.conf /etc/nginx/conf.d/default.conf\n"
PROBED = {"http": {"path": "/"}, "deadline": "10s", "interval": "100ms"}


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
