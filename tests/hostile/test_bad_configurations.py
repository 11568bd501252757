"""What is wrong in a configuration is said at once, at its place, and nothing is touched."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bluegreen.cli import main
from tests.hostile.configurations import GOOD, Bad, every, special

FEWEST = 200
MOST_SECONDS = 1.0
BAD = every()
TLS = "    routes: [{host: a.test}]\nproxy: {https: 443, tls: [{hosts: [a.test], "


class Asked(AssertionError):
    """The engine was asked for something."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in; whoever asks the engine there fails the test."""

    def ask(*_: object) -> None:
        raise Asked

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bluegreen.deploy.opening.connect", ask)
    for name, value in {"WORD": "hunter2", "EMPTY": "", "BIG": "x" * 60_000, "HUGE": "x" * 100_000}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BLUEGREEN_STATE", str(tmp_path / "state"))
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command that is refused; return what it says, once that is checked for what all have in common."""
    begun = time.thread_time()
    status = main(words)
    took = time.thread_time() - begun
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert took < MOST_SECONDS, "CPU time, so that a busy machine is no failure"
    assert err.startswith("error:")
    assert not Path("state").exists()
    assert "hunter2" not in err
    assert all(character.isprintable() or character == "\n" for character in err)
    assert len(err) < 20_000
    return err


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.title)
def test_a_bad_configuration_is_refused_at_its_place(
    bad: Bad, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "services.yaml").write_bytes(bad.data)
    environment = ["--env", bad.environment] if bad.environment else []
    err = told(capsys, "deploy", *environment)
    places = [line for line in err.splitlines() if re.match(r"(services\.yaml|/[^:]*)(:\d+:\d+)?: \S", line)]
    assert places or re.match(r"error: services\.yaml(:\d+:\d+)?: \S", err), err


def test_enough_of_them_were_tried() -> None:
    assert len({bad.data + (bad.environment or "").encode() for bad in BAD}) >= FEWEST
    assert len({bad.title for bad in BAD}) == len(BAD)


@pytest.mark.parametrize("name", ["", "nobody", "../../etc", "a/b", "-", "\x1b[31m", "x" * 9999, "prod\n"])
def test_an_environment_that_is_not_there_is_refused(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "services.yaml").write_text(f"{GOOD}environments: {{production: {{}}}}\n")
    assert "there is no environment" in told(capsys, "plan", f"--env={name}")


def test_what_is_no_file_of_ours_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in special(folder).values():
        assert told(capsys, "status", "-f", str(path)).startswith(f"error: {path}: ")


def test_an_env_file_is_looked_at_as_closely(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in special(folder).values():
        (folder / "services.yaml").write_text(f"{GOOD}    env_file: {json.dumps(str(path))}\n")
        assert "services.yaml:7:5: services.web.env_file: " in told(capsys, "deploy")


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ("    env_file: shared/none.env\n", "services.web.env_file"),
        (f"{TLS}certificate: shared/none.pem, key: a.key}}]}}\n", "proxy.tls[0].certificate"),
        (f"{TLS}certificate: a.pem, key: shared/none.key}}]}}\n", "proxy.tls[0].key"),
    ],
)
def test_a_file_that_is_not_there_is_not_advised_to_be_a_folder(
    lines: str, key: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "shared").mkdir()
    (folder / "shared").chmod(0o1777)
    (folder / "services.yaml").write_text(GOOD + lines)
    said = told(capsys, "deploy")
    assert f"{key}: {folder}/shared/none." in said
    assert "does not exist, and anybody could make it: write it first" in said
    assert "mkdir" not in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_is_somebody_elses_is_named_with_what_to_type(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tls = "proxy: {https: 443, tls: [{hosts: [a.test], certificate: tls.crt, key: tls.key}]}\n"
    names = ("services.yaml", ".env", "tls.crt", "tls.key")
    (folder / "services.yaml").write_text(f"{GOOD}    env_file: .env\n    routes: [{{host: a.test}}]\n{tls}")
    for name in names[1:]:
        (folder / name).touch(0o600)
    assert main(["check", "--json"]) == 0
    capsys.readouterr()
    for name in names:
        os.chown(folder / name, 54321, -1)
        assert f"{folder / name} belongs to user 54321: chown 0 {folder / name}" in told(capsys, "deploy")
        os.chown(folder / name, 0, -1)
        (folder / name).chmod(0o602)
        assert f"{folder / name} can be written by others (mode 0602): chmod go-w" in told(capsys, "deploy")
        (folder / name).chmod(0o600)


@pytest.mark.parametrize("verb", ["deploy", "status", "logs web"])
def test_a_process_ends_with_status_2_and_leaves_nothing(verb: str, tmp_path: Path) -> None:
    (tmp_path / "services.yaml").write_text(GOOD.replace("port", "prot"))
    around = {**os.environ, "BLUEGREEN_STATE": str(tmp_path / "state"), "DOCKER_HOST": f"unix://{tmp_path}/none"}
    command = [sys.executable, "-m", "bluegreen", *verb.split(), "-f", str(tmp_path / "services.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, env=around, check=False)
    assert done.returncode == 2
    assert "services.yaml:6:5: services.web.prot: is no key here: did you mean port?" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["services.yaml"]
