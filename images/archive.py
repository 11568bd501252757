"""An image archive, as `docker load` reads it: one layer, merged from packages, and a configuration."""

import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from images.catalogue import Directory, File, Image

_MERGED = ("bin", "lib", "lib64", "sbin")
_SKELETON: tuple[File | Directory, ...] = (
    *(Directory(f"usr/{name}") for name in _MERGED),
    *(File(name, link=f"usr/{name}") for name in _MERGED),
    *(Directory(name) for name in ("dev", "etc", "proc", "root", "run", "sys", "var")),
    Directory("tmp", mode=0o1777),
    File("var/run", link="/run"),
    File(
        "etc/passwd",
        "root:x:0:0::/root:/bin/sh\n"
        "www-data:x:33:33::/:/bin/false\n"
        "nginx:x:101:101::/:/bin/false\n"
        "postgres:x:999:999::/var/lib/postgresql:/bin/sh\n"
        "nobody:x:65534:65534::/:/bin/false\n",
    ),
    File("etc/group", "root:x:0:\nwww-data:x:33:\nnginx:x:101:\npostgres:x:999:\nnogroup:x:65534:\n"),
    File("etc/nsswitch.conf", "hosts: files dns\n"),
)
_LEFT_OUT = (
    *("usr/share/doc/*", "usr/share/info/*", "usr/share/lintian/*", "usr/share/locale/*", "usr/share/man/*"),
    # PostgreSQL's compiler to machine code, whose library is left out too
    *("*/llvmjit.so", "*/bitcode/*"),
)


def write_archive(image: Image, architecture: str, packages: Iterable[Path], work: Path) -> Path:
    """Write the image's archive into the directory `work`."""
    layer = work / "layer.tar"
    _write_layer(layer, image, packages)
    with layer.open("rb") as stream:
        diff = hashlib.file_digest(stream, "sha256").hexdigest()
    config = {
        "created": datetime.now(UTC).isoformat(),
        "architecture": architecture,
        "os": "linux",
        "config": {"Labels": {"bluegreen.image": image.key}, **image.config},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [image.unpacked_tag], "Layers": ["layer.tar"]}]
    archive = work / "image.tar"
    with tarfile.open(archive, "w") as out:
        out.add(layer, layer.name)
        for name, content in (("config.json", config), ("manifest.json", manifest)):
            _add(out, File(name, json.dumps(content)))
    return archive


def _write_layer(layer: Path, image: Image, packages: Iterable[Path]) -> None:
    seen: set[str] = set()
    with tarfile.open(layer, "w", format=tarfile.PAX_FORMAT) as out:
        for entry in (*_SKELETON, *image.extra):
            seen.add(entry.path)
            _add(out, entry)
        for package in packages:
            _copy(package, out, seen)


def _add(out: tarfile.TarFile, entry: File | Directory) -> None:
    member = tarfile.TarInfo(entry.path)
    member.mode = entry.mode
    content = b""
    match entry:
        case Directory(owner=owner):
            member.type, member.uid, member.gid = tarfile.DIRTYPE, owner, owner
        case File(link=link) if link:
            member.type, member.linkname = tarfile.SYMTYPE, link
        case File(text=text):
            content = text.encode()
            member.size = len(content)
    out.addfile(member, io.BytesIO(content))


def _copy(package: Path, out: tarfile.TarFile, seen: set[str]) -> None:
    content = subprocess.run(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(content)) as members:
        for member in _wanted(members, seen):
            out.addfile(member, members.extractfile(member) if member.isreg() else None)


def _wanted(members: Iterable[tarfile.TarInfo], seen: set[str]) -> Iterator[tarfile.TarInfo]:
    for member in members:
        member.name = _merged(member.name)
        if member.islnk():
            member.linkname = _merged(member.linkname)
        left_out = any(fnmatch(member.name, pattern) for pattern in _LEFT_OUT)
        if member.name not in seen and not left_out:
            seen.add(member.name)
            yield member


def _merged(name: str) -> str:
    """Where a path lies once /bin, /lib and their like are links into /usr."""
    path = PurePosixPath(name)
    return f"usr/{path}" if path.parts[:1] and path.parts[0] in _MERGED else str(path)
