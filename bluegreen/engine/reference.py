"""Image references taken apart: `registry/repository:tag@digest`."""

from dataclasses import dataclass

HUB = "docker.io"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an image is, as the engine writes it."""

    repository: str
    """With its registry, unless that is Docker Hub: `ghcr.io/acme/server`, `nginx`."""
    tag: str = ""
    digest: str = ""

    @property
    def registry(self) -> str:
        """The host that `docker login` wants to know."""
        first, slash, _ = self.repository.partition("/")
        return first if slash and _is_host(first) else HUB

    @property
    def name(self) -> str:
        """The name that the engine lists it under."""
        return self.at(self.digest) if self.digest else f"{self.repository}:{self.tag or 'latest'}"

    def at(self, digest: str) -> str:
        """Return the reference of exactly this image."""
        return f"{self.repository}@{digest}"


def parse(ref: str) -> Reference:
    """Take a reference apart; Docker Hub's own names become short, as the engine has them."""
    name, _, digest = ref.partition("@")
    folder, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    return Reference(_short(f"{folder}{slash}{last}"), tag, digest)


def _short(repository: str) -> str:
    for prefix in (f"index.{HUB}/", f"{HUB}/"):
        repository = repository.removeprefix(prefix)
    return repository.removeprefix("library/")


def _is_host(name: str) -> bool:
    return "." in name or ":" in name or name == "localhost"
