"""What a clone needs to become a working installation."""

import re
import tomllib
from pathlib import Path
from zipfile import ZipFile

from hatchling.builders.wheel import WheelBuilder

from bluegreen.templates import template_dir

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
LOCKED = dict(re.findall(r"^([a-z0-9.-]+)==(.*?) \\$", LOCK, re.MULTILINE))


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    names = {re.split("[<>=]", requirement)[0].lower() for requirement in wanted}
    assert names <= LOCKED.keys()


def test_every_locked_package_has_its_hashes() -> None:
    unpinned = [
        part for part in re.split(r"\n(?=\S)", LOCK) if not part.startswith("#") and "--hash=sha256:" not in part
    ]
    assert unpinned == []


def test_the_lock_file_names_no_index() -> None:
    assert "://" not in LOCK


def test_the_templates_of_the_checkout_are_found() -> None:
    assert template_dir() == ROOT / "nginx"


def test_the_wheel_carries_the_templates(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path))
    packed = {name for name in ZipFile(wheel).namelist() if name.startswith("bluegreen/nginx_templates/")}
    here = {path.relative_to(ROOT / "nginx") for path in (ROOT / "nginx").rglob("*") if path.is_file()}
    assert here
    assert packed == {f"bluegreen/nginx_templates/{path}" for path in here}
