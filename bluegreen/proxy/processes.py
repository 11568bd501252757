"""nginx's processes and connections, as the kernel tells of them."""

import os
import socket
import struct
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import SIGHUP

from bluegreen.model.errors import ProxyError

_PROC = Path("/proc")
_LEAVING = b"shutting down"
"""In the title of a worker from the moment at which it closes its listening sockets."""
_OPEN = frozenset({b"01", b"02"})  # ESTABLISHED, SYN_SENT


@dataclass(frozen=True, slots=True)
class Process:
    """A process, told apart from a later one that got the same number."""

    pid: int
    started: int
    """Clock ticks since the machine started."""

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return process(self.pid) == self

    @property
    def accepts(self) -> bool:
        """Whether it is an nginx worker that still takes new connections."""
        return self.alive and _LEAVING not in _read(self.pid, "cmdline")


def process(pid: int) -> Process | None:
    """Look a process up; one that has exited, or waits to be collected, is None."""
    stat = _read(pid, "stat")
    # the name is in parentheses and may hold spaces
    fields = stat[stat.rfind(b")") + 2 :].split()
    return None if not fields or fields[0] in (b"Z", b"X") else Process(pid, int(fields[19]))


def workers(master: int) -> tuple[Process, ...]:
    """Return the master's workers. Raises ProxyError when its processes can't be seen from here."""
    children = _read(master, f"task/{master}/children").split()
    return tuple(found for pid in children if (found := process(int(pid))))


def connections(pid: int, addresses: tuple[str, ...]) -> Mapping[str, int]:
    """Count the connections to each address, open or being opened, in the network namespace of a process.

    nginx's connections to containers are IPv4. Raises ProxyError when the process can't be seen from here.
    """
    wanted = {_kernel_form(address): address for address in addresses}
    fields = (line.split(None, 4) for line in _read(pid, "net/tcp").splitlines()[1:])
    remotes = (remote.partition(b":")[0] for _, _, remote, state, _ in fields if state in _OPEN)
    counted = Counter(wanted[remote] for remote in remotes if remote in wanted)
    return {address: counted[address] for address in addresses}


def hang_up(master: int) -> bool:
    """Have nginx read its configuration again; False where we may not signal its master. Raises ProxyError."""
    try:
        os.kill(master, SIGHUP)
    except PermissionError:
        return False
    except ProcessLookupError:
        raise ProxyError("nginx's master has gone", "run the command again") from None
    return True


def unseen(what: str) -> ProxyError:
    """Say that a process can't be looked at, and what to do."""
    return ProxyError(
        f"cannot look at the processes of nginx ({what})",
        "run bluegreen on the engine's own host, with a /proc that is not mounted with hidepid",
    )


def _read(pid: int, name: str) -> bytes:
    """Read a file of a process; nothing is left of one that has gone."""
    try:
        return (_PROC / str(pid) / name).read_bytes()
    except PermissionError as error:
        raise unseen(str(error)) from None
    except OSError:
        return b""


def _kernel_form(address: str) -> bytes:
    """`172.18.0.2` as the kernel prints it."""
    (number,) = struct.unpack(f"{'<' if sys.byteorder == 'little' else '>'}I", socket.inet_aton(address))
    return b"%08X" % number
