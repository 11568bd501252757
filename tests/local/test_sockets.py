"""Connections of a process, counted by where they come from."""

import os
import socket
from collections.abc import Iterator

import pytest

from bluegreen.engine.sockets import callers, listens
from bluegreen.model.errors import EngineError


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """One that takes connections over IPv4 and IPv6, as Node does."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as found:
        yield found


def test_callers_are_counted_by_address_and_those_from_inside_left_out(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    assert (callers(os.getpid(), port), listens(os.getpid(), port)) == ({}, True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # nothing is sent: the kernel says from which address it would be
        probe.connect(("192.0.2.1", 9))
        own = probe.getsockname()[0]
    with socket.create_connection((own, port)), socket.create_connection(("127.0.0.1", port)):
        assert callers(os.getpid(), port) == {own: 1}
    assert not listens(os.getpid(), 1)


def test_a_process_that_is_gone_is_an_error() -> None:
    with pytest.raises(EngineError, match="cannot look at the connections"):
        callers(2**22 + 1, 80)
