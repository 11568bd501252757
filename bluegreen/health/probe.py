"""The kinds of probes: each asks one container once. Those that go through the engine raise EngineGone."""

import os
import socket
import time
from datetime import UTC, datetime

from bluegreen.health.expect import excerpt
from bluegreen.model.container import State
from bluegreen.model.errors import EngineError, EngineGone
from bluegreen.model.ports import Engine, ProbeAnswer


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
    name = "HEALTHCHECK"
    try:
        vitals = engine.inspect(container)
    except EngineGone:
        raise
    except EngineError as error:
        return ProbeAnswer(name, ok=False, text=error.message)
    if vitals.health is None:
        return ProbeAnswer(name, ok=False, text="the image has none")
    output = f": {excerpt(vitals.health_output)}" if vitals.health_output.strip() else ""
    return ProbeAnswer(name, ok=vitals.health == "healthy", text=f"{vitals.health}{output}")


def command(engine: Engine, container: str, argv: tuple[str, ...], timeout: float) -> ProbeAnswer:
    """Run a command in the container; status 0 is well."""
    name = " ".join(argv)
    try:
        output = engine.execute(container, argv, timeout)
    except EngineGone:
        raise
    except EngineError as error:
        return ProbeAnswer(name, ok=False, text=error.message)
    said = f": {excerpt(output.text)}" if output.status and output.text.strip() else ""
    return ProbeAnswer(name, ok=output.status == 0, text=f"status {output.status}{said}")


def running(engine: Engine, container: str, seconds: float) -> ProbeAnswer:
    """Tell whether the container has run for so many seconds: the least to ask of one that has no probe."""
    name = "running"
    try:
        vitals = engine.inspect(container)
    except EngineGone:
        raise
    except EngineError as error:
        return ProbeAnswer(name, ok=False, text=error.message)
    if vitals.state is not State.RUNNING:
        return ProbeAnswer(name, ok=False, text=str(vitals.state))
    lasted = (datetime.now(UTC) - datetime.fromisoformat(vitals.started_at)).total_seconds()
    return ProbeAnswer(name, ok=lasted >= seconds, text=f"for {lasted:.1f} s of {seconds:g} s")
