"""Docker's HEALTHCHECK: a worker's heartbeat where there is one, else the server's `/health`.

A script of its own, because it is started every few seconds and importing the application takes longer than asking it.
"""

import os
import socket
import sys
import time

FRESH = 5.0


def main() -> int:
    """0: well; 1: not."""
    try:
        beat = os.stat(os.environ.get("HEARTBEAT_FILE") or "/tmp/heartbeat").st_mtime  # noqa: PTH116 (pathlib is slow to import)
    except FileNotFoundError:
        return int(b" 200 " not in answer(int(os.environ.get("PORT") or 3000)))
    return int(time.time() - beat > FRESH)


def answer(port: int) -> bytes:
    """The status line of `/health`; nothing if there is no answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), 2.0) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(64)
    except OSError as error:
        return str(error).encode()


if __name__ == "__main__":
    sys.exit(main())
