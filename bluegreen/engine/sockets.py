"""The TCP sockets of a container, as the kernel tells of them."""

import socket
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bluegreen.model.errors import EngineError

_ESTABLISHED, _LISTENING = "01", "0A"


class _Socket(NamedTuple):
    port: int
    remote: str
    state: str


def callers(pid: int, port: int) -> Mapping[str, int]:
    """Count the open connections to a port by the address they come from, those from inside left out.

    `pid` is any process in the container, seen from this host. Raises EngineError.
    """
    found = (each.remote for each in _sockets(pid) if (each.port, each.state) == (port, _ESTABLISHED))
    return Counter(remote for remote in found if not remote.startswith("127."))


def listens(pid: int, port: int) -> bool:
    """Whether anything takes connections at a port. Raises EngineError."""
    return any((each.port, each.state) == (port, _LISTENING) for each in _sockets(pid))


def _sockets(pid: int) -> Iterator[_Socket]:
    for table in ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
        except OSError as error:
            raise EngineError(
                f"cannot look at the connections of process {pid}: {error.strerror}",
                "run bluegreen on the engine's own host",
            ) from None
        for _, local, remote, state, *_ in map(str.split, lines):
            yield _Socket(int(local.rpartition(":")[2], 16), _address(remote.partition(":")[0]), state)


def _address(kernel: str) -> str:
    """`020012AC` is 172.18.0.2; an application that listens on `::` sees the same behind a prefix."""
    number = int(kernel[-8:], 16)
    return socket.inet_ntoa(number.to_bytes(4, "little" if sys.byteorder == "little" else "big"))
