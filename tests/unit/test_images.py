"""How images come from packages, without an engine: where packages are, and what becomes of them."""

import hashlib
import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from images import debian
from images.archive import write_archive
from images.catalogue import Directory, File, Image
from images.debian import DebianError, Source, source

DEBIAN_TARGETS = "bookworm-security http://mirror/security main\nbookworm http://mirror/debian main\n"
UBUNTU_TARGETS = (
    "noble http://mirror/ubuntu main\nnoble http://mirror/ubuntu universe\nnoble http://other/ubuntu main\n"
)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    distribution, codename, targets = request.param
    release = {"ID": distribution, "VERSION_CODENAME": codename}
    monkeypatch.delenv("BLUEGREEN_DEBIAN_MIRROR", raising=False)
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: release)
    monkeypatch.setattr(debian, "_run", lambda _command: targets)
    monkeypatch.setattr(debian, "_keyring", lambda name: Path(f"/{name}.gpg"))


on_debian = pytest.mark.parametrize("host", [("debian", "bookworm", DEBIAN_TARGETS)], indirect=True)
on_ubuntu = pytest.mark.parametrize("host", [("ubuntu", "noble", UBUNTU_TARGETS)], indirect=True)


@on_debian
@pytest.mark.usefixtures("host")
def test_debian_reads_every_suite_from_the_mirror_of_its_own() -> None:
    assert source(None) == Source("http://mirror/debian", "bookworm", ("main",), Path("/debian.gpg"))
    assert source("forky").line == "deb [signed-by=/debian.gpg] http://mirror/debian forky main\n"


@on_ubuntu
@pytest.mark.usefixtures("host")
def test_ubuntu_has_its_own_suite_with_all_its_components() -> None:
    assert source(None) == Source("http://mirror/ubuntu", "noble", ("main", "universe"), Path("/ubuntu.gpg"))


@on_ubuntu
@pytest.mark.usefixtures("host")
def test_ubuntu_wants_to_be_told_of_a_debian_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DebianError, match=r"set BLUEGREEN_DEBIAN_MIRROR to the URL of a Debian mirror .* forky"):
        source("forky")
    monkeypatch.setenv("BLUEGREEN_DEBIAN_MIRROR", "http://near/debian")
    assert source("forky").line == "deb [signed-by=/debian.gpg] http://near/debian forky main\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    files = {"DEBIAN/control": "Package: tool\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\nDescription: a\n"}
    files |= {"bin/tool": "#!", "lib/tool/a.so": "a", "etc/tool.conf": "packaged", "usr/share/doc/tool/readme": "long"}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "bin/same").hardlink_to(root / "bin/tool")
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", root, tmp_path], check=True, capture_output=True)
    return tmp_path / "tool_1_all.deb"


def content(archive: tarfile.TarFile, name: str) -> bytes:
    stream = archive.extractfile(name)
    assert stream is not None
    return stream.read()


def test_an_archive_is_one_layer_of_merged_packages_and_its_configuration(package: Path, tmp_path: Path) -> None:
    extra = (File("etc/tool.conf", "ours"), Directory("var/tool", owner=999))
    image = Image("tool:1", ("tool",), {"Cmd": ["tool"], "StopSignal": "SIGQUIT"}, extra=extra)
    with tarfile.open(write_archive(image, "amd64", [package], tmp_path)) as archive:
        (manifest,) = json.loads(content(archive, "manifest.json"))
        config = json.loads(content(archive, manifest["Config"]))
        layer = tmp_path / "layer.tar"
        layer.write_bytes(content(archive, manifest["Layers"][0]))
    assert manifest["RepoTags"] == ["tool:1"]
    assert config["config"] == {"Labels": {"bluegreen.image": image.key}, "Cmd": ["tool"], "StopSignal": "SIGQUIT"}
    assert config["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer.read_bytes()).hexdigest()}"]
    with tarfile.open(layer) as members:
        names = members.getnames()
        assert content(members, "etc/tool.conf") == b"ours"
        assert content(members, "usr/bin/tool") == content(members, "usr/bin/same") == b"#!"
        assert members.getmember("bin").linkname == "usr/bin"
        assert members.getmember("var/tool").uid == 999
    assert "usr/lib/tool/a.so" in names
    assert not [name for name in names if name.startswith(("bin/", "lib/", "usr/share/doc/"))]
    assert len(names) == len(set(names))
