"""An application of a test's own: a real HTTP server on a loopback address, which answers what it is told."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PORT = 20480


@dataclass
class Application:
    """How it answers, and what it was asked."""

    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    silent_for: float = 0.0
    """Seconds before it answers at all."""
    drip: float = 0.0
    """Seconds between two bytes of its body."""
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    application: Application

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        told = self.server.application
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told.asked.append((f"{self.command} {self.path}", dict(self.headers), body))
        time.sleep(told.silent_for)
        self.send_response(told.status)
        for name, value in told.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(told.body)))
        self.end_headers()
        for start in range(0, len(told.body), 1 if told.drip else max(len(told.body), 1)):
            self.wfile.write(told.body[start : start + 1] if told.drip else told.body)
            self.wfile.flush()
            time.sleep(told.drip)

    do_POST = do_HEAD = do_GET  # noqa: N815 - the base class asks for these names

    def log_message(self, *_: object) -> None:
        """Not on the terminal."""


@contextmanager
def listening(application: Application, address: str = "127.0.0.1") -> Iterator[Application]:
    """Have the application listen at `address` as long as the context lasts."""
    with _Server((address, PORT), _Handler) as server:
        server.application = application
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield application
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def answering(behave: Callable[[socket.socket], None]) -> Iterator[None]:
    """Listen for one connection and treat it so."""
    with socket.create_server(("127.0.0.1", PORT)) as server:
        Thread(target=_accept, args=(server, behave), daemon=True).start()
        yield


def _accept(server: socket.socket, behave: Callable[[socket.socket], None]) -> None:
    with suppress(OSError):
        connection, _ = server.accept()
        with connection:
            behave(connection)


def drip_headers(connection: socket.socket) -> None:
    """Answer one byte of a header every 50 ms, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def hang_up(connection: socket.socket) -> None:
    """Read the request and say nothing."""
    connection.recv(4096)


def pouring(start: bytes, piece: bytes, sent: list[object]) -> Callable[[socket.socket], None]:
    """Answer with `start`, then a piece again and again; `sent` grows by each, and by None when nobody takes more."""

    def pour(connection: socket.socket) -> None:
        connection.recv(4096)
        try:
            connection.sendall(start)
            while True:
                connection.sendall(piece)
                sent.append(len(piece))
        finally:
            sent.append(None)

    return pour
