"""HTTP requests to a container's own address."""

import json
import os
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Timer
from typing import Any

import httpx

from bluegreen.health.expect import LONGEST_BODY, shortfall
from bluegreen.model.ports import ProbeAnswer
from bluegreen.model.service import HttpProbe
from bluegreen.model.text import harmless


class Http:
    """Asks over a new connection every time, past any proxy of the environment."""

    def __init__(self) -> None:
        self._client = httpx.Client(
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"User-Agent": "bluegreen", "Accept-Encoding": "identity"},
        )

    def close(self) -> None:
        """Close what is open."""
        self._client.close()

    def ask(self, probe: HttpProbe, port: int, address: str, timeout: float) -> ProbeAnswer:
        """Send the probe's request to `address`; the answer may take `timeout` seconds in all."""
        name, begun, url = describe(probe), time.monotonic(), f"http://{address}:{port}{probe.path}"
        late = Event()
        try:
            with (
                _cut_after(timeout, late) as extensions,
                self._client.stream(
                    probe.method, url, **_content(probe), timeout=timeout, extensions=extensions
                ) as response,
            ):
                location, body = response.headers.get("Location", ""), _beginning(response)
        except httpx.HTTPError as error:
            if late.is_set() or isinstance(error, httpx.TimeoutException):
                return ProbeAnswer(name, ok=False, text=f"no answer in {timeout:g} s")
            return ProbeAnswer(name, ok=False, text=_reason(error))
        lack = shortfall(probe, response.status_code, location, body)
        took = (time.monotonic() - begun) * 1000
        return ProbeAnswer(name, ok=lack is None, text=lack or f"{response.status_code} in {took:.0f} ms")


def describe(probe: HttpProbe) -> str:
    """Name a probe as a person would: `POST /shop-api`."""
    return f"{probe.method} {f':{probe.port}' if probe.port else ''}{probe.path}"


def _content(probe: HttpProbe) -> dict[str, Any]:
    if probe.body_json is None:
        return {"headers": probe.headers}
    return {
        "headers": {"Content-Type": "application/json", **probe.headers},
        "content": json.dumps(probe.body_json).encode(),
    }


def _beginning(response: httpx.Response) -> bytes:
    """Read 64 KB as they were sent: what is compressed, unasked, could grow without bounds."""
    body = b""
    for piece in response.iter_raw(LONGEST_BODY):
        body += piece
        if len(body) >= LONGEST_BODY:
            break
    return body[:LONGEST_BODY]


@contextmanager
def _cut_after(seconds: float, late: Event) -> Iterator[Mapping[str, Any]]:
    """The client's own time-outs start anew with every byte; this one does not."""
    open_sockets: list[socket.socket] = []

    def opened(event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            open_sockets.append(info["return_value"].get_extra_info("socket"))

    def cut() -> None:
        late.set()
        for connection in open_sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield {"trace": opened}
    finally:
        timer.cancel()


def _reason(error: BaseException) -> str:
    seen: BaseException | None = error
    while seen:
        if isinstance(seen, OSError) and seen.errno:
            return os.strerror(seen.errno).lower()
        seen = seen.__cause__ or seen.__context__
    return harmless(str(error)) or type(error).__name__
