"""The comparison and its proof of losslessness, in short. Never about time: a machine may be as slow as it likes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.product.shop import ROOT

Benchmark = Callable[..., str]


@pytest.fixture
def benchmark(free_port: Callable[[], int]) -> Benchmark:
    """A function that runs a benchmark to its good end, on ports of its own."""

    def run(name: str, *words: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *words],
            env={**os.environ, "BENCH_PORT": str(free_port())},
            cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
        return ran.stdout

    return run


def test_what_loses_requests_is_seen_to_and_bluegreen_is_not(benchmark: Benchmark, tmp_path: Path) -> None:
    tools = ("bluegreen", "remove-run")
    told = benchmark(
        "compare", "--tools", ",".join(tools), "--deployments", "1", "--ready-delay", "0.5", "--no-trouble",
        "--cases", "graceful:32x400,abrupt:8x100", "--out", str(tmp_path),
    )  # fmt: skip
    for case, name in zip(json.loads((tmp_path / "compare.json").read_text()), ("graceful", "abrupt"), strict=True):
        assert f"SIGTERM: {name}" in case["case"]
        assert case["case"] in told
        summaries = {each["tool"]: each for each in case["summaries"]}
        assert (summaries["bluegreen"]["lost"], summaries["remove-run"]["lost"] > 0) == (0, True), told
    assert all(
        tool in (tmp_path / picture).read_text() for tool in tools for picture in ("timelines.svg", "overhead.svg")
    )


def test_three_services_at_once_lose_nothing(benchmark: Benchmark) -> None:
    assert " 3 " in benchmark("lossless", "--short")
