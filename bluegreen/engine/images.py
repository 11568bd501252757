"""Images: what a reference means now, and how it comes here."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from docker import APIClient
from docker.errors import NotFound

from bluegreen.engine.client import engine_words
from bluegreen.engine.progress import Progress
from bluegreen.engine.reference import Reference, parse
from bluegreen.engine.registry import patiently
from bluegreen.model.errors import EngineError, NoSuchImage, RegistryUnavailable
from bluegreen.model.release import Image, StoredImage
from bluegreen.model.text import one_line


class DockerImages:
    """Implements `bluegreen.model.ports.Images`."""

    def __init__(self, client: APIClient) -> None:
        self._client = client

    def resolve(self, ref: str, policy: str, platform: str | None) -> Image:
        wanted, here = parse(ref), self._local(ref)
        if wanted.digest:
            return Image(ref, wanted.at(wanted.digest), _size(here), present=_fits(here, platform))
        if here is None and (policy == "never" or wanted.repository == "sha256"):
            raise NoSuchImage(f"there is no image {ref} here (pull_policy {policy})", f"docker pull {ref}, or build it")
        if here and (policy != "always" or not _digest(here, wanted)):
            return _as_is(ref, here)
        try:
            digest = patiently(ref, lambda: self._ask(ref))
        except EngineError as error:
            if here is None:
                raise _nowhere(ref, error) from error
            if not (isinstance(error, RegistryUnavailable) or _perhaps_built_here(here)):
                raise
            return replace(_as_is(ref, here), note=f"{error.message}; going on with the {ref} that is here")
        run = wanted.at(digest)
        here = self._local(run)
        return Image(ref, run, _size(here), present=_fits(here, platform))

    def pull(self, image: Image, platform: str | None, progress: Callable[[str], None]) -> None:
        wanted = parse(image.run)
        if not wanted.digest:
            raise EngineError(f"the image {image.ref} ({image.run}) is gone, and no registry has it", "build it again")
        patiently(image.ref, lambda: self._pull(wanted, platform, progress))
        if self._local(image.run) is None:
            raise EngineError(f"pull {image.run}: the engine says it is done, and has no such image")
        self._tag(image)

    def stored(self) -> tuple[StoredImage, ...]:
        with engine_words("list images"):
            used = frozenset(row["ImageID"] for row in self._client.containers(all=True))
            return tuple(_stored(row, used) for row in self._client.images())

    def discard(self, image: StoredImage) -> None:
        # The last tag of a repository takes its digests with it, and the last name takes the image.
        for name in sorted(image.names, key=lambda name: "@" in name) or [image.id]:
            with engine_words(f"remove image {name}"), suppress(NotFound):
                self._client.remove_image(name)

    def _local(self, ref: str) -> Mapping[str, Any] | None:
        with engine_words(f"inspect image {ref}"):
            try:
                answer: Mapping[str, Any] = self._client.inspect_image(ref)
            except NotFound:
                return None
        return answer

    def _tag(self, image: Image) -> None:
        """A digest alone counts as dangling: `docker image prune` would take it, and `missing` would not find it."""
        asked = parse(image.ref)
        if not asked.digest:
            with engine_words(f"tag {image.run} as {image.ref}"):
                self._client.tag(image.run, asked.repository, asked.tag or "latest")

    def _ask(self, ref: str) -> str:
        with engine_words(f"ask the registry for {ref}"):
            return str(self._client.inspect_distribution(ref)["Descriptor"]["digest"])

    def _pull(self, wanted: Reference, platform: str | None, progress: Callable[[str], None]) -> None:
        told, run = Progress(progress), wanted.at(wanted.digest)
        for answer in self._pulled(wanted, platform, f"pull {run}"):
            if "error" in answer:
                raise EngineError(f"pull {run}: {one_line(answer['error'])}")
            told.take(answer)

    def _pulled(self, wanted: Reference, platform: str | None, what: str) -> Iterator[Mapping[str, Any]]:
        with engine_words(what):
            yield from self._client.pull(wanted.repository, wanted.digest, stream=True, decode=True, platform=platform)


def _nowhere(ref: str, error: EngineError) -> EngineError:
    """Say of a registry that can't be asked that the image is not here either: perhaps the name is wrong."""
    if not isinstance(error, RegistryUnavailable):
        return error
    return RegistryUnavailable(f"there is no image {ref} here; {error.message}", error.hint)


def run_as(ref: str, here: Mapping[str, Any]) -> str:
    """Say what to run for an image that is here: its digest, or its id where no registry has it."""
    wanted = parse(ref)
    digest = _digest(here, wanted)
    return wanted.at(digest) if digest else str(here["Id"])


def _as_is(ref: str, here: Mapping[str, Any]) -> Image:
    return Image(ref, run_as(ref, here), _size(here))


def _digest(here: Mapping[str, Any], wanted: Reference) -> str:
    """The digest under which the reference's own repository has the image; none where it was built here."""
    digests = (parse(digest) for digest in here["RepoDigests"] or ())
    return next((found.digest for found in digests if found.repository == wanted.repository), "")


def _perhaps_built_here(here: Mapping[str, Any]) -> bool:
    """With containerd's image store, what was built here has a digest too: the one that is its id."""
    return here["Id"] in {parse(digest).digest for digest in here["RepoDigests"] or ()}


def _stored(row: Mapping[str, Any], used: frozenset[str]) -> StoredImage:
    names = (*(row["RepoTags"] or ()), *(row["RepoDigests"] or ()))
    named = frozenset(name for name in names if not name.startswith("<none>"))
    return StoredImage(row["Id"], named, row["Size"], row["Id"] in used)


def _size(here: Mapping[str, Any] | None) -> int:
    return here["Size"] if here else 0


def _fits(here: Mapping[str, Any] | None, platform: str | None) -> bool:
    if here is None or platform is None:
        return here is not None
    return f"{here['Os']}/{here['Architecture']}/{here.get('Variant', '')}".startswith(platform)
