"""Makes the images available to the engine: `bin/images [TAG…]`, without a tag all of them."""

import sys

import docker
from docker.errors import APIError, DockerException, ImageNotFound
from requests.exceptions import RequestException

from images.build import build
from images.catalogue import IMAGES, Image
from images.debian import DebianError

_PROBE_SECONDS = 3


def main(tags: set[str]) -> int:
    """Pull or build what is missing. Returns the exit code."""
    if unknown := tags - {image.tag for image in IMAGES}:
        print(f"bin/images: there is no image {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    try:
        engine = docker.from_env()
        missing = [image for image in IMAGES if (not tags or image.tag in tags) and not _present(engine, image)]
        reachable = any(image.official for image in missing) and _registry_answers()
        build(engine, [image for image in missing if not (reachable and _pulled(engine, image))])
    except (DebianError, DockerException) as error:
        print(f"bin/images: {error}", file=sys.stderr)
        return 1
    return 0


def _present(engine: docker.DockerClient, image: Image) -> bool:
    """Whether the engine has the image: a pulled one, or one built from today's description."""
    try:
        labels = engine.images.get(image.tag).labels
    except ImageNotFound:
        return False
    return bool(labels.get("bluegreen.image", image.key) == image.key)


def _registry_answers() -> bool:
    try:
        docker.from_env(timeout=_PROBE_SECONDS).images.get_registry_data("nginx:1.30")
    except (APIError, RequestException):
        return False
    return True


def _pulled(engine: docker.DockerClient, image: Image) -> bool:
    if not image.official:
        return False
    try:
        engine.images.pull(image.tag)
    except APIError as error:
        print(f"{image.tag}: {error.explanation}", flush=True)
        return False
    print(f"{image.tag}: pulled", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))
