"""The configurations on disk, and the two links that say which one counts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bluegreen import files
from bluegreen.model.color import Color
from bluegreen.model.errors import ProxyError
from bluegreen.model.ports import Seals
from bluegreen.model.routing import Live
from bluegreen.proxy import layout
from bluegreen.proxy.manifest import Manifest, Slots, digest
from bluegreen.proxy.processes import Process
from bluegreen.proxy.written import slots

_KEPT = 5
_TEXT = "nginx.conf"
_MANIFEST = "manifest.json"


@contextmanager
def _written() -> Iterator[None]:
    """Say in a ProxyError what could not be written, and why."""
    try:
        yield
    except OSError as error:
        raise ProxyError(f"cannot write {error.filename}: {error.strerror}") from error


class Store:
    """`<state>/nginx`, of which nginx sees everything, read-only.

    Only what nginx's unprivileged workers look at is open to others; private keys are read by its master.
    """

    def __init__(self, folder: Path, seals: Seals) -> None:
        self.folder = folder
        self._seals = seals

    def current(self) -> int | None:
        """Return the generation that nginx reads at its next start or reload; None before the first."""
        return _number(self.folder / "current")

    def manifest(self, generation: int) -> Manifest | None:
        """Return what a generation was made from; None when that is lost or damaged.

        Its seal says it. The file beside the text is as easily edited as the text: it counts where the seal was lost.
        """
        sealed = self._seals.sealed(generation)
        return Manifest.from_json(sealed) if sealed else self._beside(generation)

    def text(self, generation: int) -> str | None:
        """Return a generation's nginx.conf; None when it is lost."""
        try:
            return (self._generation(generation) / _TEXT).read_text()
        except (OSError, ValueError):
            return None

    def slots(self, generation: int) -> Slots:
        """Return what a generation's slots hold, by its manifest, or by its text where that is lost."""
        manifest = self.manifest(generation)
        return manifest.slots if manifest else slots(self.text(generation) or "")

    @_written()
    def add(self, generation: int, held: Slots, contents: Mapping[str, bytes]) -> None:
        """Write a new generation's files and its manifest."""
        folder = self.make_dir(layout.generation_dir(generation))
        for name, content in contents.items():
            private = name.endswith(".key")
            files.make_dir((folder / name).parent, files.PUBLIC_DIR)
            files.write(folder / name, content, files.PRIVATE_FILE if private else files.PUBLIC_FILE)
        digests = {name: digest(content) for name, content in contents.items()}
        self._write(Manifest(generation, held, digests))

    @_written()
    def record(self, generation: int, old_workers: tuple[Process, ...]) -> None:
        """Seal a generation that is about to be loaded, with those who run before it.

        Before `current` moves: wherever a run is killed, what nginx reads is what the seal says.
        """
        found = self._beside(generation)
        if found is None:
            raise ProxyError(f"the manifest of generation {generation} is lost")
        manifest = found.after(old_workers)
        self._write(manifest)
        self._seals.seal(generation, manifest.to_json().decode())

    @_written()
    def activate(self, generation: int) -> None:
        """Have nginx read this generation from now on."""
        files.link(self.folder / "current", layout.generation_dir(generation))

    @_written()
    def prune(self, serving: int) -> None:
        """Remove all but the last generations, the one that serves and those edited by hand."""
        for number in self._numbers("generations")[:-_KEPT]:
            manifest = self.manifest(number)
            if number != serving and not (manifest and self.changed_files(manifest)):
                files.remove(self._generation(number))

    def changed_files(self, manifest: Manifest) -> tuple[str, ...]:
        """Name the files of a generation that are not as they were written."""
        folder = self._generation(manifest.generation)
        return tuple(name for name, digest in manifest.sha256.items() if _digest_of(folder / name) != digest)

    def next_generation(self) -> int:
        """Return a number that no generation had."""
        return max(self._numbers("generations"), default=0) + 1

    def live(self) -> Live:
        """Return what the flags say: a service that is absent is blue."""
        try:
            flags = [path.name for path in (self.folder / "live").iterdir()]
        except FileNotFoundError:
            return {}
        return {flag.removesuffix(".green"): Color.GREEN for flag in flags if flag.endswith(".green")}

    @_written()
    def switch(self, live: Live) -> None:
        """Rename the link: the one act that moves traffic."""
        self.make_dir("slots")
        number = max(self._numbers("slots"), default=0) + 1
        green = (f"{service}.green" for service, color in live.items() if color is Color.GREEN)
        files.make_flags(self.folder / layout.slots_dir(number), green)
        files.link(self.folder / "live", layout.slots_dir(number))
        for old in self._numbers("slots")[:-_KEPT]:
            files.remove(self.folder / layout.slots_dir(old))

    @_written()
    def make_dir(self, name: str) -> Path:
        """Make a directory that nginx sees; the state around it stays closed to others."""
        files.make_dir(self.folder.parent)
        files.make_dir(self.folder / name, files.PUBLIC_DIR)
        return self.folder / name

    def _beside(self, generation: int) -> Manifest | None:
        try:
            return Manifest.from_json((self._generation(generation) / _MANIFEST).read_bytes())
        except (OSError, ValueError):
            return None

    def _generation(self, number: int) -> Path:
        return self.folder / layout.generation_dir(number)

    def _write(self, manifest: Manifest) -> None:
        path = self._generation(manifest.generation) / _MANIFEST
        files.write(path, manifest.to_json(), files.PUBLIC_FILE)

    def _numbers(self, kind: str) -> list[int]:
        try:
            return sorted(int(path.name) for path in (self.folder / kind).iterdir() if path.name.isdigit())
        except FileNotFoundError:
            return []


def _number(link: Path) -> int | None:
    try:
        return int(link.readlink().name)
    except (OSError, ValueError):
        return None


def _digest_of(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""
