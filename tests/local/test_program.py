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


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from bluegreen.cli import main; main(['--help']); "
        "heavy = {'pydantic', 'docker', 'httpx', 'jinja2', 'rich', 'yaml', 'sqlite3'} & set(sys.modules); "
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_what_is_needed_only_once_a_container_starts_is_imported_then() -> None:
    program = (
        "import sys, bluegreen.cli, bluegreen.deploy.opening, bluegreen.deploy.deploy, bluegreen.deploy.status; "
        "early = {'httpx', 'jinja2', 'rich', 'tenacity', 'asyncio'} & set(sys.modules); "
        "sys.exit(f'imported: {early}' if early else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
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
