"""The real engine behind a socket on which some answers come late, and some requests never arrive."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ENGINE = "/var/run/docker.sock"


class SlowEngine:
    """What is slow: set by the test while requests go through."""

    def __init__(self, path: Path) -> None:
        self.host = f"unix://{path}"
        self.late: dict[str, float] = {}
        """Part of a request's first line → seconds that its answer is held back."""
        self.lost: set[str] = set()
        """Part of a request's first line: the engine never gets it."""
        self._open: list[socket.socket] = []

    def drop(self) -> None:
        """Break every connection, as an engine does that is restarted."""
        while self._open:
            with suppress(OSError):
                self._open.pop().shutdown(socket.SHUT_RDWR)

    def serve(self, server: socket.socket) -> None:
        """Take connections until the server is closed."""
        with suppress(OSError):
            while True:
                near, _ = server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(ENGINE)
                self._open += [near, far]
                hold = [0.0]
                for pump in (self._requests, self._answers):
                    threading.Thread(target=pump, args=(near, far, hold), daemon=True).start()

    def _requests(self, near: socket.socket, far: socket.socket, hold: list[float]) -> None:
        lost = False
        with suppress(OSError):
            while data := near.recv(65536):
                line = data.partition(b"\r\n")[0].decode(errors="replace")
                if line.endswith(" HTTP/1.1"):
                    hold[0] = next((seconds for part, seconds in self.late.items() if part in line), 0.0)
                    lost = any(part in line for part in self.lost)
                if not lost:
                    far.sendall(data)
            far.shutdown(socket.SHUT_WR)

    def _answers(self, near: socket.socket, far: socket.socket, hold: list[float]) -> None:
        with near, far, suppress(OSError):
            while data := far.recv(65536):
                time.sleep(hold[0])
                near.sendall(data)
            near.shutdown(socket.SHUT_RDWR)


@contextmanager
def slow_engine(folder: Path) -> Iterator[SlowEngine]:
    """Put the slow socket in front of the engine as long as the context lasts."""
    path = folder / "docker.sock"
    slow = SlowEngine(path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        thread = threading.Thread(target=slow.serve, args=(server,))
        thread.start()
        try:
            yield slow
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
