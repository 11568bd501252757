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
        return self.alive and _LEAVING not in _title(self.pid)


def process(pid: int) -> Process | None:
    """Look a process up; one that has exited, or waits to be collected, is None."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name is in parentheses and may hold spaces.
    fields = stat[stat.rindex(b")") + 2 :].split()
    return None if fields[0] in (b"Z", b"X") else Process(pid, int(fields[19]))


def _title(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return _LEAVING


def workers(master: int) -> tuple[Process, ...]:
    """Return the master's workers. Raises ProxyError when its processes can't be seen from here."""
    try:
        children = (_PROC / str(master) / "task" / str(master) / "children").read_text().split()
    except OSError as error:
        raise unseen(str(error)) from None
    return tuple(found for pid in children if (found := process(int(pid))))


def connections(pid: int, addresses: tuple[str, ...]) -> Mapping[str, int]:
    """Count the connections to each address, open or being opened, in the network namespace of a process.

    Raises ProxyError when the process can't be seen from here.
    """
    wanted = {_kernel_form(address): address for address in addresses}
    counted = Counter(wanted.get(remote, "") for remote in _remotes(pid))
    return {address: counted[address] for address in addresses}


def hang_up(master: int) -> bool:
    """Have nginx read its configuration again; False where we may not signal its master."""
    try:
        os.kill(master, SIGHUP)
    except PermissionError:
        return False
    except ProcessLookupError as error:
        raise unseen(str(error)) from None
    return True


def unseen(what: str) -> ProxyError:
    """Say that a process can't be looked at, and what to do."""
    return ProxyError(
        f"cannot look at the processes of nginx ({what})",
        "run bluegreen on the engine's own host, with a /proc that is not mounted with hidepid",
    )


def _remotes(pid: int) -> list[bytes]:
    remotes = []
    for table in ("tcp", "tcp6"):
        try:
            lines = (_PROC / str(pid) / "net" / table).read_bytes().splitlines()[1:]
        except FileNotFoundError as error:
            if table == "tcp":
                raise unseen(str(error)) from None
            continue
        except OSError as error:
            raise unseen(str(error)) from None
        fields = (line.split(None, 4) for line in lines)
        remotes += [remote[-13:-5] for _, _, remote, state, _ in fields if state in _OPEN]
    return remotes


def _kernel_form(address: str) -> bytes:
    """`172.18.0.2` as the kernel prints it; the last eight digits of an IPv4 address seen through IPv6 are the same."""
    (number,) = struct.unpack(f"{'<' if sys.byteorder == 'little' else '>'}I", socket.inet_aton(address))
    return b"%08X" % number
