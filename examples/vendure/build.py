"""Makes the images of all releases; what is there already, from the same files, is left alone."""

import hashlib
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import docker
from docker.errors import DockerException, ImageNotFound

from examples.vendure.base import PACKAGED, base_image
from examples.vendure.dependencies import NpmError, dependencies
from images.debian import DebianError

HERE = Path(__file__).parent
LABEL = "bluegreen.example"


@dataclass(frozen=True)
class Release:
    """One image to make: a folder's files, and over them what each release since the first has changed."""

    folder: str
    number: int

    @property
    def tag(self) -> str:
        """The image's name."""
        return f"vendure-{self.folder}:{self.number}"

    def files(self) -> dict[str, Path]:
        """The files, by their path in the build."""
        overlays = [HERE / "releases" / str(number) / self.folder for number in range(2, self.number + 1)]
        return {name: file for layer in (HERE / self.folder, *overlays) for name, file in _files(layer)}


RELEASES = (*(Release("server", number) for number in (1, 2, 3)), *(Release("storefront", number) for number in (1, 2)))


def main() -> int:
    """Make what is missing. Returns the exit code."""
    try:
        engine = docker.from_env()
        base = base_image(engine)
        missing = {
            release: key for release in RELEASES if (key := _key(engine, release, base)) != _built(engine, release)
        }
        for release, key in missing.items():
            _build(engine, release, base, key)
    except (DebianError, DockerException, NpmError) as error:
        print(f"examples/vendure/images: {error}", file=sys.stderr)
        return 1
    return 0


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        if file.is_file() and name.parts[0] != "node_modules":
            yield str(name), file


def _key(engine: docker.DockerClient, release: Release, base: str) -> str:
    """Changes when the image would."""
    digest = hashlib.sha256(str(engine.images.get(base).id).encode())
    for name, file in release.files().items():
        digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _built(engine: docker.DockerClient, release: Release) -> str | None:
    try:
        return engine.images.get(release.tag).labels.get(LABEL)
    except ImageNotFound:
        return None


def _build(engine: docker.DockerClient, release: Release, base: str, key: str) -> None:
    started = time.monotonic()
    files = release.files()
    if base == PACKAGED.tag and "package-lock.json" in files:
        files["node_modules.tar"] = dependencies(HERE / release.folder)
    with tempfile.TemporaryFile() as context:
        _write(files, context)
        arguments = {"BASE": base, "RELEASE": str(release.number)}
        engine.images.build(
            fileobj=context,
            custom_context=True,
            target="prod",
            tag=release.tag,
            buildargs=arguments,
            labels={LABEL: key},
            rm=True,
        )
    print(f"{release.tag}: built in {time.monotonic() - started:.0f} s", flush=True)


def _write(files: Mapping[str, Path], context: IO[bytes]) -> None:
    with tarfile.open(fileobj=context, mode="w") as archive:
        for name, file in files.items():
            archive.add(file, name)
    context.seek(0)


if __name__ == "__main__":
    sys.exit(main())
