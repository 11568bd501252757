"""Compose itself, beside our reader: on the test projects and on the example's real files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docker
import pytest

from bluegreen.config.composefile.project import read_compose
from images.build import build
from images.catalogue import Image
from tests.engine.conftest import LABEL
from tests.unit.config.composed import FOLDER, PROJECTS, shown, theirs

COMPOSE = Image(
    "bluegreen-compose:2",
    ("docker-compose",),
    {"Entrypoint": ["/usr/libexec/docker/cli-plugins/docker-compose"]},
    suite="trixie",
)
CASES = {name: [FOLDER / name / file for file in files] for name, files in PROJECTS.items()}
CASES["vendure"] = [Path("examples/vendure/compose.yaml").resolve()]


@pytest.fixture(scope="module")
def compose(engine: docker.APIClient) -> str:
    """The image of Compose; this test alone has a use for it."""
    if not engine.images(COMPOSE.tag):
        client = docker.from_env()
        build(client, [COMPOSE])
        client.close()
    return COMPOSE.tag


@pytest.mark.parametrize("name", CASES)
def test_compose_says_the_same(name: str, compose: str, engine: docker.APIClient, project: str) -> None:
    assert shown(read_compose(CASES[name], [], {})) == asked(engine, compose, project, CASES[name])


def asked(engine: docker.APIClient, image: str, project: str, files: Sequence[Path]) -> Any:
    """What Compose makes of files, which it sees where they are."""
    words = [word for file in files for word in ("-f", str(file))]
    folder = str(files[0].parent)
    made = engine.create_container(
        image,
        [*words, "config", "--format", "json"],
        host_config=engine.create_host_config(binds=[f"{folder}:{folder}:ro"], network_mode="none"),
        labels={LABEL: project},
    )["Id"]
    engine.start(made)
    status = engine.wait(made, timeout=60)["StatusCode"]
    assert status == 0, engine.logs(made).decode()
    return theirs(json.loads(engine.logs(made, stderr=False)))
