"""Signals and capabilities that the kernel doesn't have: the engine would refuse them, after an image was pulled."""

import re
from collections.abc import Iterator
from signal import Signals

from bluegreen.config.node import Places
from bluegreen.config.problem import KeyPath
from bluegreen.config.suggest import unknown_name
from bluegreen.model.project import Project
from bluegreen.model.service import Service

HIGHEST_SIGNAL = 64
_REAL_TIME = re.compile(r"SIGRTMIN\+(?:[1-9]|1[0-5])|SIGRTMAX-(?:[1-9]|1[0-4])")
"""Those that the engine knows by a name."""

CAPABILITIES = (
    *("AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN"),
    *("DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE"),
    *("LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST"),
    *("NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT"),
    *("SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG"),
    "WAKE_ALARM",
)
"""Of Linux, capabilities(7); the engine takes them with `CAP_` before it, too."""


def check_signal(service: Service) -> Iterator[tuple[KeyPath, str]]:
    """Find a signal that can't be sent."""
    signal = service.stop_signal
    if signal is None or signal in Signals.__members__ or _REAL_TIME.fullmatch(signal):
        return
    if not (signal.isdecimal() and 1 <= int(signal) <= HIGHEST_SIGNAL):
        yield ("stop_signal",), f"there is no such signal: write a name such as SIGTERM, or 1 to {HIGHEST_SIGNAL}"


def check_capabilities(project: Project, places: Places) -> Iterator[tuple[KeyPath, str]]:
    """Find capabilities that can be neither added nor dropped."""
    for service in project.services.values():
        for key, names in (("cap_add", service.cap_add), ("cap_drop", service.cap_drop)):
            for index, name in enumerate(names):
                if name != "ALL" and name.removeprefix("CAP_") not in CAPABILITIES:
                    path = ("services", service.name, key, index)
                    shown = "of this name" if places.hidden(path) else name
                    yield path, unknown_name("capability", shown, (*CAPABILITIES, "ALL"))
