"""Which engine is used, and what is said when it is not there."""

import gc
import warnings
from pathlib import Path

import pytest

from bluegreen.engine.client import INSECURE, connect
from bluegreen.model.errors import EngineError


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", INSECURE):
        monkeypatch.delenv(name, raising=False)


def failure() -> tuple[str, str]:
    """Connect in vain; the SDK leaves the socket of that to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            connect()
        except EngineError as error:
            said = error.message, error.hint
        else:
            pytest.fail("connected")
        gc.collect()
    return said


def test_a_host_without_an_engine_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    message, hint = failure()
    assert message == (f"cannot reach the Docker engine at unix://{tmp_path}/docker.sock: No such file or directory")
    assert hint.startswith("is it running?")


@pytest.mark.parametrize("host", ["tcp://127.0.0.1:20499", "127.0.0.1:20499", "http://127.0.0.1:20499"])
@pytest.mark.parametrize(
    "more",
    [{}, {"DOCKER_TLS_VERIFY": ""}, {"DOCKER_CERT_PATH": "/certificates/that/nobody/checks"}, {INSECURE: "0"}],
    ids=str,
)
def test_an_engine_reached_without_tls_is_refused(
    monkeypatch: pytest.MonkeyPatch, host: str, more: dict[str, str]
) -> None:
    for name, value in {"DOCKER_HOST": host, **more}.items():
        monkeypatch.setenv(name, value)
    message, hint = failure()
    assert message.startswith(f"refuse to use the Docker engine at {host} without TLS")
    assert "DOCKER_TLS_VERIFY=1" in hint
    assert f"{INSECURE}=1" in hint


def test_who_says_so_uses_an_engine_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:20499")
    monkeypatch.setenv(INSECURE, "1")
    assert failure()[0].startswith("cannot reach the Docker engine at tcp://127.0.0.1:20499: Connection refused")


def test_certificates_that_are_not_there_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = {"DOCKER_HOST": "tcp://127.0.0.1:20499", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path)}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert failure()[0].startswith("cannot reach the Docker engine at tcp://127.0.0.1:20499: Path to a certificate")


def test_an_engine_far_away_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://deploy@example.com")
    message, hint = failure()
    assert "probed at their own addresses" in message
    assert hint == "run bluegreen on that host: ssh HOST bluegreen …"
