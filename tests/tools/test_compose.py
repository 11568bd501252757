"""Compose itself, where it is installed, beside our reader: on the test projects and on the example's real files."""

from pathlib import Path

import pytest

from bluegreen.config.composefile.project import read_compose
from tests.unit.config.composed import FOLDER, PROJECTS, asked, command, shown

CASES = {name: [FOLDER / name / file for file in files] for name, files in PROJECTS.items()}
CASES["vendure"] = [Path("examples/vendure/compose.yaml").resolve()]


@pytest.mark.skipif(not command(), reason="Compose is not installed")
@pytest.mark.parametrize("name", CASES)
def test_compose_says_the_same(name: str) -> None:
    assert shown(read_compose(CASES[name], [])) == asked(CASES[name])
