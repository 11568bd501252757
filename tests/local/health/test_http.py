"""HTTP probes against a real server."""

import gzip
import json
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from bluegreen.health.http import Http
from bluegreen.model.ports import ProbeAnswer
from bluegreen.model.service import HttpProbe
from tests.local.health.application import PORT, Application, answering, drip_headers, hang_up, listening, pouring
from tests.waiting import wait_until

SOCKET_BUFFERS = 16_000_000
"""Bytes; far above what a kernel takes in for two sockets, far below what never ends."""


@pytest.fixture
def http() -> Iterator[Http]:
    made = Http()
    yield made
    made.close()


def ask(http: Http, timeout: float = 2.0, **probe: Any) -> ProbeAnswer:
    return http.ask(HttpProbe.model_validate(probe), PORT, "127.0.0.1", timeout)


def test_a_good_answer_says_how_long_it_took(http: Http) -> None:
    with listening(Application()) as application:
        answer = ask(http, path="/health")
    assert (answer.probe, answer.ok) == ("GET /health", True)
    assert answer.text.startswith("200 in ")
    assert answer.text.endswith(" ms")
    assert application.asked[0][0] == "GET /health"


def test_method_headers_host_and_json_are_sent(http: Http) -> None:
    query = {"query": "{ activeChannel { id } }"}
    with listening(Application(body=b'{"data": {"activeChannel": {"id": "1"}}}')) as application:
        answer = ask(
            http,
            path="/shop-api",
            method="POST",
            headers={"Host": "shop.example.com", "X-Token": "t"},
            json=query,
            expect_body='"id"',
            expect_json={"data.activeChannel.id": "1"},
        )
    line, headers, body = application.asked[0]
    assert answer.ok, answer.text
    assert line == "POST /shop-api"
    assert (headers["Host"], headers["X-Token"], headers["Content-Type"]) == (
        "shop.example.com",
        "t",
        "application/json",
    )
    assert json.loads(body) == query


def test_redirects_are_not_followed(http: Http) -> None:
    with listening(Application(status=302, headers={"Location": "/login"})) as application:
        assert ask(http) == ProbeAnswer("GET /", ok=False, text="302 to /login")
    assert len(application.asked) == 1


def test_a_refused_connection_is_named(http: Http) -> None:
    assert ask(http) == ProbeAnswer("GET /", ok=False, text="connection refused")


def test_a_server_that_hangs_up_is_named(http: Http) -> None:
    with answering(hang_up):
        assert ask(http).text == "Server disconnected without sending a response."


@pytest.mark.parametrize(
    "application",
    [Application(silent_for=5.0), Application(body=b"slow" * 20, drip=0.05)],
    ids=["no answer", "a body that drips"],
)
def test_the_time_limit_is_for_the_whole_probe(http: Http, application: Application) -> None:
    with listening(application):
        begun = time.monotonic()
        answer = ask(http, timeout=0.2)
        took = time.monotonic() - begun
    assert answer == ProbeAnswer("GET /", ok=False, text="no answer in 0.2 s")
    assert took < 2


def test_headers_that_drip_do_not_stretch_the_time_limit(http: Http) -> None:
    with answering(drip_headers):
        begun = time.monotonic()
        assert ask(http, timeout=0.3).text == "no answer in 0.3 s"
        assert time.monotonic() - begun < 2


def test_a_redirect_to_another_server_reaches_nobody(http: Http) -> None:
    with listening(Application(body=b"secrets"), "127.0.0.2") as other:
        away = {"Location": f"http://127.0.0.2:{PORT}/latest/meta-data"}
        for status in (301, 302, 303, 307, 308):
            with listening(Application(status=status, headers=away)):
                assert ask(http).text == f"{status} to http://127.0.0.2:{PORT}/latest/meta-data"
    assert other.asked == []


@pytest.mark.parametrize(
    "start", ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"]
)
def test_a_body_without_an_end_is_read_for_64_kb(http: Http, start: str) -> None:
    sent: list[object] = []
    with answering(pouring(start.encode(), b"a" * 4096, sent)):
        answer = ask(http, timeout=10, expect_body="needle")
    assert answer.text.startswith('200, but without "needle": "aaa')
    wait_until(lambda: sent[-1] is None, "it is hung up on")
    assert len(sent) * 4096 < SOCKET_BUFFERS, "what the kernel takes in on its way, and no more"


@pytest.mark.parametrize("line", [b"X-Long: a\r\n", b"a" * 4096], ids=["many", "one"])
def test_headers_without_an_end_are_no_answer(http: Http, line: bytes) -> None:
    sent: list[object] = []
    with answering(pouring(b"HTTP/1.1 200 OK\r\n", line, sent)):
        assert not ask(http, timeout=10).ok
    wait_until(lambda: sent[-1] is None, "it is hung up on")
    assert len(sent) * len(line) < SOCKET_BUFFERS


def test_interim_answers_without_an_end_are_no_answer(http: Http) -> None:
    with answering(pouring(b"", b"HTTP/1.1 100 Continue\r\n\r\n", [])):
        assert ask(http, timeout=0.3).text == "no answer in 0.3 s"


def test_a_body_that_is_small_only_on_the_way_is_not_unpacked(http: Http) -> None:
    bomb = gzip.compress(b"ok" * 50_000_000)
    tracemalloc.start()
    try:
        with listening(Application(body=bomb, headers={"Content-Encoding": "gzip"})):
            assert ask(http, expect_body="ok").text.startswith('200, but without "ok"')
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"a":' * 10_000, b"9" * 60_000])
def test_json_that_was_made_to_do_harm_is_no_answer(http: Http, body: bytes) -> None:
    with listening(Application(body=body)):
        assert ask(http, expect_json={"a": 1}).text.startswith("200, but ")


def test_what_steers_a_terminal_is_gone_from_what_was_answered(http: Http) -> None:
    evil = "\x1b]0;owned\x07\x9b2J\u202eWhat serves now:\n"
    with listening(Application(status=500, body=evil.encode())):
        assert ask(http).text == '500: "What serves now:"'
    with listening(Application(body=evil.encode())):
        assert ask(http, expect_body="ok").text == '200, but without "ok": "What serves now:"'
    with listening(Application(body=json.dumps({"a": evil}).encode())):
        assert ask(http, expect_json={"a": 1}).text.isprintable()


@pytest.mark.parametrize(
    "place", ["\x1b[31m/a", "http://[::1", "//", "http://a:99999999/", "\xff\x9b2J", "", "x" * 9999]
)
def test_no_place_that_a_redirect_names_can_do_harm(http: Http, place: str) -> None:
    with listening(Application(status=302, headers={"Location": place})) as application:
        answer = ask(http)
    assert not answer.ok
    assert answer.text.isprintable()
    assert len(answer.text) < 200
    assert len(application.asked) == 1


def test_no_more_than_64_kb_are_read(http: Http) -> None:
    with listening(Application(body=b"a" * 70_000 + b"needle")):
        answer = ask(http, expect_body="needle")
    assert answer.text.startswith('200, but without "needle"')


def test_a_probe_does_not_go_through_a_proxy_of_the_environment(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with listening(Application()):
        assert ask(http).ok
