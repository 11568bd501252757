"""The program as a process: how it starts, what it imports, how a signal ends it."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import wait_until


@pytest.mark.parametrize("arguments", [["--version"], ["deploy", "-h"], ["schema"]])
def test_the_module_is_the_command(arguments: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", "bluegreen", *arguments], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.startswith(("bluegreen 0.", "Usage: bluegreen deploy [OPTIONS] [SERVICE]...", "{\n"))


NOT_IMPORTED = {
    "help": ("from bluegreen.cli import main; main(['--help'])", "pydantic docker httpx jinja2 rich yaml sqlite3"),
    "what a build asks": (
        "import bluegreen.cli, bluegreen.deploy.changed",
        "docker httpx jinja2 rich requests sqlite3",
    ),
    "a deployment, until a container starts": (
        "import bluegreen.cli, bluegreen.deploy.opening, bluegreen.deploy.deploy, bluegreen.deploy.status",
        "httpx jinja2 rich tenacity asyncio",
    ),
}


@pytest.mark.parametrize(("program", "modules"), NOT_IMPORTED.values(), ids=NOT_IMPORTED)
def test_nothing_is_imported_that_is_not_needed(program: str, modules: str) -> None:
    look = f"import sys; early = set('{modules}'.split()) & set(sys.modules)"
    command = [sys.executable, "-c", f"{program}; {look}; sys.exit(f'imported: {{early}}' if early else 0)"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_real_process_with_status_130(number: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "services.yaml").write_text("project: shop\nnetwork: n\nservices: {web: {image: a, port: 1}}\n")
    path = tmp_path / "engine"
    around = {**os.environ, "BLUEGREEN_STATE": str(tmp_path / "state"), "DOCKER_HOST": f"unix://{path}"}
    command = [sys.executable, "-m", "bluegreen", "status", "-f", str(tmp_path / "services.yaml")]
    with (
        socket.socket(socket.AF_UNIX) as engine,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=around) as process,
    ):
        engine.bind(str(path))
        engine.listen()
        engine.settimeout(30)
        # it waits for the answer now, which never comes
        with engine.accept()[0]:
            process.send_signal(number)
            wait_until(lambda: process.poll() is not None, "it ends")
        assert process.stderr is not None
        assert (process.returncode, process.stderr.read()) == (130, "error: interrupted\n")
