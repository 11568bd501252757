"""A release: what runs, immutable."""

from dataclasses import dataclass, field

from bluegreen.model.service import Service


@dataclass(frozen=True, slots=True)
class Image:
    """An image, resolved once."""

    ref: str
    """As it was asked for: `ghcr.io/acme/vendure-server:1.4.2`."""
    run: str
    """What to run: `repo@sha256:…`, or the image's id where no registry has it."""
    size: int = 0
    """Bytes on disk; 0 while unknown."""
    present: bool = True
    """Whether the engine has it, or must pull `run` first."""
    note: str = field(default="", compare=False)
    """What the user should know of how it was resolved: its registry was out of reach."""

    kept: str = field(default="", compare=False)
    """Why the image that runs was taken in place of the one that was asked for."""

    @property
    def digest(self) -> str:
        """The `sha256:…` part of what runs."""
        return self.run.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image that the engine has, whoever brought it."""

    id: str
    names: frozenset[str]
    """Its tags, and the digests under which repositories have it: `shop:1`, `ghcr.io/acme/shop@sha256:…`."""
    size: int
    """Bytes on disk; other images may share some of them."""
    used: bool = False
    """Whether any container, running or not, was made of it."""


@dataclass(frozen=True, slots=True)
class Release:
    """Image digest, resolved configuration and commit of one service, under one id (a ULID)."""

    id: str
    service: Service
    """Resolved: the values of its env files are in `environment`."""
    image: Image
    spec_hash: str
    """SHA-256 over everything but the image that makes another release."""
    commit: str = ""
    created_at: float = 0.0
    """Unix time, seconds."""

    @property
    def name(self) -> str:
        """The service's canonical name."""
        return self.service.name

    def configured_as(self, other: "Release") -> bool:
        """Whether both have the same configuration, whatever their images are called."""
        return self.service == other.service.model_copy(update={"image": self.service.image})
