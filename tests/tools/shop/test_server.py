import hashlib
import socket
from collections.abc import Iterator

import pytest

from benchmarks.load import KeepAlive, Plan, Target, running
from tests.tools.shop.process import Process, read, server


@pytest.fixture(scope="module")
def shop() -> Iterator[Process]:
    with server(color="blue", hostname="host-1", keepalive_timeout=0.2) as started:
        yield started


def test_it_says_who_it_is(shop: Process) -> None:
    answer = shop.ask("GET", "/")
    assert (answer.status, answer.headers["X-Release"]) == (200, "v1")
    assert answer.json == {"release": "v1", "color": "blue", "hostname": "host-1"}


def test_it_is_well(shop: Process) -> None:
    assert shop.ask("GET", "/health").json == {"status": "ok", "release": "v1"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/fail", 500), ("GET", "/other", 404), ("POST", "/", 404), ("GET", "/ws", 400)],
)
def test_what_it_does_not_do_has_a_status(shop: Process, method: str, path: str, status: int) -> None:
    assert shop.ask(method, path).status == status


def test_an_upload_is_counted_and_hashed_to_its_last_byte(shop: Process) -> None:
    body = bytes(range(256)) * 8192
    assert shop.ask("POST", "/upload", body).json == {"length": 2**21, "sha256": hashlib.sha256(body).hexdigest()}


def test_a_chunked_upload_is_read(shop: Process) -> None:
    connection = shop.connect()
    connection.request("POST", "/upload", iter([b"hello ", b"world"]), encode_chunked=True)
    assert read(connection).json["length"] == 11
    connection.close()


def test_headers_come_back_as_they_arrived(shop: Process) -> None:
    answer = shop.ask("GET", "/headers?a=1", X_Forwarded_For="1.2.3.4", X_Load_Id="id-7")
    assert answer.json["headers"]["x-forwarded-for"] == "1.2.3.4"
    assert answer.json["query"] == {"a": "1"}
    assert answer.headers["X-Load-Id"] == "id-7"


def test_an_order_that_comes_again_is_a_duplicate(shop: Process) -> None:
    before = shop.ask("GET", "/orders/count").json
    first, second = (shop.ask("POST", "/orders", b'{"id": "a"}') for _ in range(2))
    assert (first.status, first.json["duplicate"], "X-Duplicate" in first.headers) == (201, False, False)
    assert (second.status, second.json["duplicate"], "X-Duplicate" in second.headers) == (200, True, True)
    after = shop.ask("GET", "/orders/count").json
    assert (after["orders"] - before["orders"], after["duplicates"] - before["duplicates"]) == (1, 1)
    assert shop.ask("GET", "/duplicates").json == {"duplicates": after["duplicates"]}


def test_an_order_without_an_id_takes_the_requests(shop: Process) -> None:
    assert shop.ask("POST", "/orders", b"no json", X_Load_Id="id-8").json["id"] == "id-8"
    assert shop.ask("POST", "/orders", b"{}").status == 400


def test_one_connection_carries_many_requests_until_it_has_been_idle(shop: Process) -> None:
    with socket.create_connection(("127.0.0.1", shop.port)) as connection:
        request = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
        for piece in (request, request[:9], request[9:] + request):
            connection.sendall(piece)
        received = b""
        while more := connection.recv(65_536):
            received += more
    assert received.count(b"HTTP/1.1 200 OK") == 3


def test_what_is_no_request_is_refused(shop: Process) -> None:
    with socket.create_connection(("127.0.0.1", shop.port)) as connection:
        connection.sendall(b"hello\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 400 Bad Request")


def test_events_count_up_and_tell_a_proxy_not_to_buffer(shop: Process) -> None:
    connection = shop.connect()
    connection.request("GET", "/events?ms=1")
    response = connection.getresponse()
    assert response.headers["X-Accel-Buffering"] == "no"
    assert [response.readline() for _ in range(6)] == [
        b"id: 1\n", b"data: v1\n", b"\n", b"id: 2\n", b"data: v1\n", b"\n"
    ]  # fmt: skip
    connection.close()


def test_an_old_client_gets_its_stream_without_chunks(shop: Process) -> None:
    with socket.create_connection(("127.0.0.1", shop.port)) as connection:
        connection.sendall(b"GET /events?ms=1&plain=1 HTTP/1.0\r\n\r\n")
        received = b""
        while b"id: 2" not in received:
            received += connection.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"Transfer-Encoding" not in head
    assert b"X-Accel-Buffering" not in head
    assert body.startswith(b"id: 1\ndata: v1\n\n")


def test_three_hundred_connections_cost_little(shop: Process) -> None:
    before = shop.cpu
    plan = Plan((KeepAlive(count=300, rate=600),), seconds=0.6)
    with running(Target(f"http://127.0.0.1:{shop.port}"), plan) as load:
        counts = load.finished().counts()
    assert (counts.lost, counts.answered > 150) == (0, True)
    assert (shop.cpu - before) / counts.answered < 0.001
