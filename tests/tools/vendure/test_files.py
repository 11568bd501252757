import json
from pathlib import Path

from examples.vendure.build import RELEASES, Release

VENDURE = Path(__file__).parents[3] / "examples/vendure"


def test_a_release_is_the_one_before_and_what_it_changes() -> None:
    first, second, third = (Release("server", number).files() for number in (1, 2, 3))
    assert first.keys() < second.keys() < third.keys()
    assert first["src/server.js"] == third["src/server.js"]
    assert first["src/custom-fields.js"].read_text() != second["src/custom-fields.js"].read_text()


def test_every_release_has_what_its_images_start() -> None:
    assert all("Dockerfile" in release.files() for release in RELEASES)


def test_the_lock_file_pins_every_package_and_names_no_registry() -> None:
    lock = json.loads((VENDURE / "server/package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def test_the_server_names_exact_versions() -> None:
    package = json.loads((VENDURE / "server/package.json").read_text())
    assert all(version[0].isdigit() for version in package["dependencies"].values())
