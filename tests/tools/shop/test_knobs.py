import time

import pytest

from tests.tools.shop.process import Process, process, server
from tests.waiting import wait_until


def statuses(shop: Process, *paths: str) -> list[int]:
    return [shop.ask("GET", path).status for path in paths]


def test_until_it_is_ready_its_port_is_closed() -> None:
    started = time.monotonic()
    with server(ready_delay=0.1):
        assert time.monotonic() - started >= 0.1


def test_until_it_is_ready_it_can_answer_503() -> None:
    with server(ready_delay=0.1, ready_mode="503") as shop:
        assert statuses(shop, "/", "/health") == [503, 503]
        wait_until(lambda: statuses(shop, "/", "/health") == [200, 200], "it is ready")


def test_its_health_can_fail_alone() -> None:
    with server(fail_health=1) as shop:
        assert statuses(shop, "/", "/health") == [200, 500]


def test_it_can_answer_with_another_text() -> None:
    with server(wrong_body=1) as shop:
        assert [shop.ask("GET", path).json for path in ("/", "/health")] == [None, None]
        assert statuses(shop, "/", "/health") == [200, 200]


def test_it_can_fail_after_so_many_requests_but_for_its_health() -> None:
    with server(fail_after_requests=2) as shop:
        assert statuses(shop, "/health", "/", "/", "/", "/slow", "/health") == [200, 200, 200, 500, 500, 200]


def test_it_can_fail_after_some_time() -> None:
    with server(fail_after_seconds=0) as shop:
        assert statuses(shop, "/", "/health") == [500, 200]


def test_it_can_exit_after_so_many_requests() -> None:
    with server(exit_after_requests=1) as shop:
        assert statuses(shop, "/", "/health") == [200, 200]
        with pytest.raises(ConnectionError):
            shop.ask("GET", "/")
        assert shop.popen.wait(5) == 1


def test_it_can_exit_after_some_time() -> None:
    with server(exit_after_seconds=0.1) as shop:
        assert shop.popen.wait(5) == 1


def test_it_can_be_slow() -> None:
    with server(latency_ms=50) as shop:
        started = time.monotonic()
        assert shop.ask("GET", "/").status == 200
        assert time.monotonic() - started >= 0.05


def test_a_value_of_the_wrong_type_is_named() -> None:
    with process("server", fail_health="yes") as shop:
        assert shop.popen.wait(5) == 1
