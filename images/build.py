"""Images from Debian packages: downloaded, merged into an archive that is kept, loaded into the engine."""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import docker
from docker.errors import APIError

from images.archive import write_archive
from images.catalogue import Image
from images.debian import Apt, source

_KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bluegreen/images"


def build(engine: docker.DockerClient, images: Sequence[Image]) -> None:
    """Build the images, several at a time. Raises DebianError."""
    _make_archives([image for image in images if not _archive(image).exists()])
    for image in images:
        _replace(engine, image)


def _make_archives(images: Sequence[Image]) -> None:
    _KEPT.mkdir(parents=True, exist_ok=True)
    sources = {image: source(image.suite) for image in images}
    # beside the archives, so that a rename can move them there
    with tempfile.TemporaryDirectory(dir=_KEPT) as work, ThreadPoolExecutor(os.cpu_count()) as pool:
        suites = {where: Path(work, where.suite) for where in sources.values()}
        apts = dict(zip(suites, pool.map(Apt, suites, suites.values()), strict=True))
        made = [
            pool.submit(_make_archive, image, apts[where], Path(work, image.name)) for image, where in sources.items()
        ]
        for each in made:
            each.result()


def _make_archive(image: Image, apt: Apt, work: Path) -> None:
    started = time.monotonic()
    work.mkdir()
    packages = apt.download(image.packages, work)
    architecture = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout
    archive = write_archive(image, architecture.strip(), packages, work)
    for outdated in _KEPT.glob(f"{image.name}@*"):
        outdated.unlink()
    archive.rename(_archive(image))
    print(f"{image.tag}: built from {apt.suite} in {time.monotonic() - started:.0f} s", flush=True)


def _replace(engine: docker.DockerClient, image: Image) -> None:
    outdated = [str(old.id) for tag in {image.tag, image.unpacked_tag} for old in engine.images.list(tag)]
    _load(engine, image)
    for old in outdated:
        # in use until its containers are gone
        with suppress(APIError):
            engine.images.remove(old)


def _load(engine: docker.DockerClient, image: Image) -> None:
    with _archive(image).open("rb") as stream:
        engine.images.load(stream)
    if image.then:
        dockerfile = f"FROM {image.unpacked_tag}\nRUN {json.dumps(image.then)}\n"
        engine.images.build(fileobj=BytesIO(dockerfile.encode()), tag=image.tag, rm=True)


def _archive(image: Image) -> Path:
    return _KEPT / f"{image.name}@{image.key}.tar"
