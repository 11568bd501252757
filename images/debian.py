"""Debian packages with all they need, by an apt that knows nothing of what the host has installed."""

import os
import platform
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

# a mirror may be a snapshot of the past: signatures count, dates don't
_CONFIGURATION = """\
Dir::Etc::SourceList "{root}/sources.list";
Dir::Etc::SourceParts "-";
Dir::State::Lists "{root}/lists";
Dir::State::Status "{root}/status";
Dir::Cache "{root}/cache";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
"""

_LEFT_OUT = (
    # they configure a machine; an unpacked image is not configured
    *("adduser", "debconf", "dpkg", "init-system-helpers", "iproute2", "libpam-modules*", "passwd", "procps"),
    *("perl*", "libperl*", "lib*-perl", "postgresql-common*", "postgresql-client-common", "ssl-cert", "tar", "ucf"),
    # large, and nothing here calls them
    *("libc-gconv-modules-extra", "libc-l10n", "libllvm*", "libz3-*", "locales", "openssl", "openssl-provider-*"),
)


class DebianError(Exception):
    """The packages can't be had; the message says what to do."""


@dataclass(frozen=True)
class Source:
    """Where the packages of a suite come from."""

    mirror: str
    suite: str
    components: tuple[str, ...]
    keyring: Path

    @property
    def line(self) -> str:
        """The source as a line of sources.list."""
        return f"deb [signed-by={self.keyring}] {self.mirror} {self.suite} {' '.join(self.components)}\n"


def source(suite: str | None) -> Source:
    """Where to find a suite of Debian; without a name, the suite that the host runs. Raises DebianError."""
    host = platform.freedesktop_os_release()
    own = host.get("VERSION_CODENAME", "")
    if suite is None:
        mirror, components = _host_mirror(own)
        return Source(mirror, own, components, _keyring(host["ID"]))
    mirror = os.environ.get("BLUEGREEN_DEBIAN_MIRROR", "")
    if not mirror and host["ID"] != "debian":
        raise DebianError(f"set BLUEGREEN_DEBIAN_MIRROR to the URL of a Debian mirror that has the suite {suite}")
    return Source(mirror or _host_mirror(own)[0], suite, ("main",), _keyring("debian"))


def _host_mirror(suite: str) -> tuple[str, tuple[str, ...]]:
    fields = "$(RELEASE) $(REPO_URI) $(COMPONENT)"
    targets = _run(["apt-get", "indextargets", "--format", fields, "Created-By: Packages"]).splitlines()
    found = [target.split()[1:] for target in targets if target.split()[0] == suite]
    if not found:
        raise DebianError(f"apt has no source for {suite}, the suite of this machine")
    mirror = found[0][0]
    return mirror, tuple(dict.fromkeys(component for uri, component in found if uri == mirror))


def _keyring(distribution: str) -> Path:
    for kind in ("gpg", "pgp"):
        path = Path(f"/usr/share/keyrings/{distribution}-archive-keyring.{kind}")
        if path.exists():
            return path
    raise DebianError(f"install the package that has the archive keyring of {distribution}")


class Apt:
    """One suite's packages, in a directory of their own."""

    def __init__(self, where: Source, root: Path) -> None:
        """Fetch the lists of the suite. Raises DebianError."""
        self.suite = where.suite
        (root / "lists/partial").mkdir(parents=True)
        (root / "cache/archives/partial").mkdir(parents=True)
        (root / "status").touch()
        (root / "sources.list").write_text(where.line)
        (root / "apt.conf").write_text(_CONFIGURATION.format(root=root))
        self._environment = os.environ | {"APT_CONFIG": str(root / "apt.conf"), "LC_ALL": "C"}
        self._apt("update", cwd=root)

    def download(self, packages: tuple[str, ...], target: Path) -> list[Path]:
        """Fetch the packages and what they depend on, less what only configures a machine. Raises DebianError."""
        lines = self._apt("install", "--yes", "--print-uris", *packages, cwd=target).splitlines()
        names = [line.split()[1].partition("_")[0] for line in lines]
        needed = [name for name in names if not any(fnmatch(name, pattern) for pattern in _LEFT_OUT)]
        self._apt("download", *needed, cwd=target)
        return sorted(target.glob("*.deb"))

    def _apt(self, *arguments: str, cwd: Path) -> str:
        return _run(["apt-get", "-qq", *arguments], cwd=cwd, env=self._environment)


def _run(command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DebianError(f"{' '.join(command[:3])}… failed: {done.stderr.strip()}")
    return done.stdout
