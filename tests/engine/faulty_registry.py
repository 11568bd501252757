"""A registry that fails as it is told, and answers for any manifest once it has failed enough."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MANIFEST = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": 2,
            "digest": f"sha256:{hashlib.sha256(b'{}').hexdigest()}",
        },
        "layers": [],
    }
).encode()
DIGEST = f"sha256:{hashlib.sha256(MANIFEST).hexdigest()}"
RESET = 0


@dataclass
class FaultyRegistry:
    """Where it listens, what it says first, and how often it was asked for a manifest by the engine."""

    port: int = 0
    faults: list[int] = field(default_factory=list)
    """Statuses of the next answers, `RESET` for a connection that breaks off."""
    retry_after: str = ""
    lasting: int | None = None
    """The status of every answer after those."""
    asked: int = 0
    stalls: bool = False
    """What an image consists of does not come before the end."""
    stalled: threading.Event = field(default_factory=threading.Event)
    """Set once somebody waits for it."""
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def image(self) -> str:
        """An image in it."""
        return f"127.0.0.1:{self.port}/acme/app:1"

    def status(self, agent: str) -> int:
        """Choose the next answer; who asks for Retry-After alone uses no fault up."""
        if "docker" not in agent.lower():
            return 429
        self.asked += 1
        return self.faults.pop(0) if self.faults else self.lasting or 200

    def stall(self, path: str) -> None:
        """Keep waiting who asks for what does not come."""
        if self.stalls and "/blobs/" in path:
            self.stalled.set()
            self.over.wait()


@contextmanager
def faulty_registry() -> Iterator[FaultyRegistry]:
    """Listen on a port of 127.0.0.1 as long as the context lasts."""
    registry = FaultyRegistry()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(registry))
    registry.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield registry
    finally:
        registry.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(registry: FaultyRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "/manifests/" not in self.path:
                registry.stall(self.path)
                self._answer(200, b"{}")
                return
            status = registry.status(self.headers.get("User-Agent", ""))
            if status == RESET:
                self.connection.close()
            elif status == 200:
                self._answer(200, MANIFEST)
            else:
                self._answer(status, b"")

        do_HEAD = do_GET  # noqa: N815 - the server looks for this name

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            if status == 429 and registry.retry_after:
                self.send_header("Retry-After", registry.retry_after)
            if body is MANIFEST:
                self.send_header("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")
                self.send_header("Docker-Content-Digest", DIGEST)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
