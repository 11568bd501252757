"""The server's npm packages, installed on this machine for a base image that has no npm, and kept."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bluegreen/npm"
SHELL_PARTS = Path(__file__).parents[2] / "bin/lib/common.sh"
NEEDED = ("package.json", "package-lock.json", ".npmrc")
# the same bytes for the same packages, so that the engine's build cache knows them again
PACK = ("tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner")


class NpmError(Exception):
    """The packages could not be installed."""


def dependencies(folder: Path) -> Path:
    """An archive of node_modules as the folder's lock file says.

    Raises `NpmError`.
    """
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in NEEDED)).hexdigest()
    archive = KEPT / f"{folder.name}-{digest[:16]}.tar"
    if not archive.exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=KEPT) as work:
            packed = _install(folder, Path(work))
            for outdated in KEPT.glob(f"{folder.name}-*.tar"):
                outdated.unlink()
            packed.rename(archive)
    return archive


def _install(folder: Path, work: Path) -> Path:
    for name in NEEDED:
        shutil.copy(folder / name, work)
    try:
        if not shutil.which("npm"):
            subprocess.run(["bash", "-c", f". {SHELL_PARTS} && install_packages npm"], check=True)
        subprocess.run(["npm", "ci", "--omit=dev", "--loglevel=error"], cwd=work, stdout=subprocess.PIPE, check=True)
    except subprocess.CalledProcessError as error:
        raise NpmError(f"the npm packages of {folder.name} could not be installed: {error}") from error
    packed = work / "node_modules.tar"
    subprocess.run([*PACK, "-C", work, "-cf", packed, "node_modules"], check=True)
    return packed
