"""Processes and connections as the kernel tells of them; the ones asked about are this test's own."""

import os
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bluegreen.model.errors import ProxyError
from bluegreen.proxy.processes import connections, hang_up, process, workers
from tests.waiting import wait_until

NOBODY = 2**22 + 1
"""More than any process number."""


def test_a_process_with_the_same_number_but_another_start_is_another() -> None:
    mine = process(os.getpid())
    assert mine
    assert mine.alive
    assert not replace(mine, started=mine.started + 1).alive


def test_a_process_that_waits_to_be_collected_is_gone() -> None:
    with subprocess.Popen(["true"]) as child:
        wait_until(lambda: process(child.pid) is None, "it has ended")


def test_the_children_of_a_process_are_its_workers() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        assert process(child.pid) in workers(os.getpid())
        child.kill()


def test_a_process_that_has_gone_has_no_workers_and_no_connections() -> None:
    assert workers(NOBODY) == ()
    assert connections(NOBODY, ("127.0.0.1",)) == {"127.0.0.1": 0}
    with pytest.raises(ProxyError, match="nginx's master has gone"):
        hang_up(NOBODY)


def test_a_process_that_is_hidden_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", hidden)
    with pytest.raises(ProxyError, match="cannot look at the processes of nginx"):
        connections(os.getpid(), ("127.0.0.1",))


def hidden(_: Path) -> bytes:
    raise PermissionError


def test_connections_count_until_they_are_closed() -> None:
    with socket.create_server(("127.0.99.7", 0)) as server:
        assert connections(os.getpid(), ("127.0.99.7",)) == {"127.0.99.7": 0}
        with socket.create_connection(server.getsockname()), socket.create_connection(server.getsockname()):
            assert connections(os.getpid(), ("127.0.99.7", "127.0.99.8")) == {"127.0.99.7": 2, "127.0.99.8": 0}
        assert connections(os.getpid(), ("127.0.99.7",)) == {"127.0.99.7": 0}


def test_a_connection_that_the_other_side_has_closed_does_not_count() -> None:
    with socket.create_server(("127.0.99.9", 0)) as server, socket.create_connection(server.getsockname()):
        accepted, _ = server.accept()
        accepted.close()
        wait_until(lambda: connections(os.getpid(), ("127.0.99.9",)) == {"127.0.99.9": 0}, "it is half closed")
