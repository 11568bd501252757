"""Deployments in a row under load lose nothing and leave nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEPLOYMENTS = 30
KEPT = 3


@pytest.mark.full
@pytest.mark.timeout(1200)
def test_thirty_deployments_in_a_row_leave_nothing(
    shop_images: None, free_port: Callable[[], int], tmp_path: Path
) -> None:
    del shop_images
    command = [
        *(sys.executable, "-m", "benchmarks.soak"),
        *("--deployments", str(DEPLOYMENTS), "--json", str(tmp_path / "soak.json")),
    ]
    environment = {**os.environ, "BENCH_PORT": str(free_port())}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    found = json.loads((tmp_path / "soak.json").read_text())
    assert (found["deployments"], found["lost"]) == (DEPLOYMENTS, 0)
    assert found["requests"] > DEPLOYMENTS * 50
    for each in found["samples"]:
        # the proxy and three services; the images that serve, those to go back to, and one that came meanwhile
        assert each["containers"] == 4
        assert each["images"] <= KEPT + 2
    start, end = found["start"], found["end"]
    assert end["nginx_rss"] < start["nginx_rss"] * 1.2
    assert end["nginx_descriptors"] < start["nginx_descriptors"] + 30
