"""A real HTTP server that takes messages, in the several ways in which one may misbehave."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers each request with the next of `answers`, then with 200.

    A status; `close` breaks the connection off, `hang` never answers, `drip` sends its head a byte at a time.
    """

    answers: list[int | str] = field(default_factory=list)
    more: Mapping[str, str] = field(default_factory=dict)
    """Headers of every answer."""
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens, with a path that is a secret."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/planted-path"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(Received(self.path, dict(self.headers.items()), body))
                receiver._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        match self.answers.pop(0) if self.answers else 200:
            case int(status):
                request.send_response(status)
                for name, value in self.more.items():
                    request.send_header(name, value)
                request.end_headers()
            case "hang":
                self._over.wait(30)
            case "drip":
                for byte in b"HTTP/1.1 200 OK\r\n" + b"X-More: y\r\n" * 100:
                    request.wfile.write(bytes([byte]))
                    if self._over.wait(0.02):
                        break
            case _:
                request.close_connection = True
