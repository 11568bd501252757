"""Which engine is used, and what is said when it is not there."""

import gc
import warnings
from pathlib import Path

import pytest

from bluegreen.engine.client import connect
from bluegreen.model.errors import EngineError


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
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


def test_an_engine_reached_without_tls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:20499")
    message, hint = failure()
    assert message.startswith("refuse to use the Docker engine at tcp://127.0.0.1:20499 without TLS")
    assert "DOCKER_TLS_VERIFY=1" in hint


def test_an_engine_far_away_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://deploy@example.com")
    message, hint = failure()
    assert "probed at their own addresses" in message
    assert hint == "run bluegreen on that host: ssh HOST bluegreen …"
