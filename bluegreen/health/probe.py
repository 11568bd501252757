"""The kinds of probes: each asks one container once. Those that go through the engine raise EngineGone."""

import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime

from bluegreen.health.expect import excerpt
from bluegreen.model.container import State
from bluegreen.model.errors import EngineError, EngineGone
from bluegreen.model.ports import Engine, ProbeAnswer

Verdict = tuple[bool, str]
"""Whether it is well, and what it said."""


def tcp(port: int, address: str, timeout: float) -> ProbeAnswer:
    """Connect to a port of `address` within `timeout` seconds."""
    name, begun = f"TCP :{port}", time.monotonic()
    try:
        socket.create_connection((address, port), timeout).close()
    except TimeoutError:
        return ProbeAnswer(name, ok=False, text=f"no answer in {timeout:g} s")
    except OSError as error:
        return ProbeAnswer(name, ok=False, text=os.strerror(error.errno).lower() if error.errno else str(error))
    return ProbeAnswer(name, ok=True, text=f"accepted in {(time.monotonic() - begun) * 1000:.0f} ms")


def docker(engine: Engine, container: str) -> ProbeAnswer:
    """Ask the engine what the image's own HEALTHCHECK says."""

    def ask() -> Verdict:
        vitals = engine.inspect(container)
        if vitals.health is None:
            return False, "the image has none"
        output = f": {excerpt(vitals.health_output)}" if vitals.health_output.strip() else ""
        return vitals.health == "healthy", f"{vitals.health}{output}"

    return _through_engine("HEALTHCHECK", ask)


def command(engine: Engine, container: str, argv: tuple[str, ...], timeout: float) -> ProbeAnswer:
    """Run a command in the container; status 0 is well."""

    def ask() -> Verdict:
        output = engine.execute(container, argv, timeout)
        said = f": {excerpt(output.text)}" if output.status and output.text.strip() else ""
        return output.status == 0, f"status {output.status}{said}"

    return _through_engine(" ".join(argv), ask)


def running(engine: Engine, container: str, seconds: float) -> ProbeAnswer:
    """Tell whether the container has run for so many seconds: the least to ask of one that has no probe."""

    def ask() -> Verdict:
        vitals = engine.inspect(container)
        if vitals.state is not State.RUNNING:
            return False, str(vitals.state)
        lasted = (datetime.now(UTC) - datetime.fromisoformat(vitals.started_at)).total_seconds()
        return lasted >= seconds, f"for {lasted:.1f} s of {seconds:g} s"

    return _through_engine("running", ask)


def _through_engine(name: str, ask: Callable[[], Verdict]) -> ProbeAnswer:
    try:
        ok, text = ask()
    except EngineGone:
        raise
    except EngineError as error:
        ok, text = False, error.message
    return ProbeAnswer(name, ok=ok, text=text)
