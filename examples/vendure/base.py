"""The image that the others stand on: Node's official one, or Node from Debian packages where no registry answers."""

import docker
from docker.errors import APIError, ImageNotFound
from requests.exceptions import RequestException

from images.build import build
from images.catalogue import File, Image

OFFICIAL = "node:20-bookworm-slim"
PACKAGED = Image(
    "bluegreen-node:20",
    ("nodejs", "dash", "coreutils"),
    {"Cmd": ["node"], "Env": ["PATH=/usr/local/bin:/usr/bin", "LANG=C.UTF-8"]},
    suite="trixie",
    extra=(File("usr/bin/sh", link="dash"),),
)
PROBE_SECONDS = 3


def base_image(engine: docker.DockerClient) -> str:
    """The tag of the base image, pulled or built. Raises DebianError."""
    if _label(engine, OFFICIAL) is not None or _pulled(engine):
        return OFFICIAL
    if _label(engine, PACKAGED.tag) != PACKAGED.key:
        build(engine, [PACKAGED])
    return PACKAGED.tag


def _label(engine: docker.DockerClient, tag: str) -> str | None:
    """What the image was built from, "" for one that was pulled, None where there is none."""
    try:
        return str(engine.images.get(tag).labels.get("bluegreen.image", ""))
    except ImageNotFound:
        return None


def _pulled(engine: docker.DockerClient) -> bool:
    try:
        docker.from_env(timeout=PROBE_SECONDS).images.get_registry_data(OFFICIAL)
        engine.images.pull(OFFICIAL)
    except (APIError, RequestException):
        return False
    return True
